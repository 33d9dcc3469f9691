# The service with the bundled district. Explained in docs/operations.md.

FROM python:3.12-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
RUN python -m venv /opt/dispatch-router
COPY requirements-build.lock requirements.lock ./
RUN pip install --require-hashes --requirement requirements-build.lock \
    && /opt/dispatch-router/bin/pip install --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md ./
COPY src src
RUN pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
    && /opt/dispatch-router/bin/pip install --no-deps --no-index --find-links dist dispatch-router

FROM python:3.12-slim-bookworm
# The kernels are compiled once, here, for any processor of this architecture: the machine that builds the
# image is seldom the one that runs it.
ENV PATH=/opt/dispatch-router/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    NUMBA_CPU_NAME=generic \
    NUMBA_CACHE_DIR=/var/cache/dispatch-router \
    DISPATCH_HOST=0.0.0.0 \
    DISPATCH_DISTRICT=/srv/district \
    DISPATCH_STATE_DIR=/var/lib/dispatch-router
RUN groupadd --system --gid 10001 dispatch \
    && useradd --system --uid 10001 --gid dispatch --no-create-home --shell /usr/sbin/nologin dispatch \
    && install --directory --owner=dispatch --group=dispatch /var/cache/dispatch-router \
    && install --directory --owner=dispatch --group=dispatch --mode=0700 /var/lib/dispatch-router
COPY --from=build /opt/dispatch-router /opt/dispatch-router
COPY data/road_graphs/xipeng /srv/district
USER 10001:10001
RUN dispatch-router warm-up
# Filled from the image when a container starts: the places that can be written under a read-only root.
VOLUME /var/cache/dispatch-router
VOLUME /var/lib/dispatch-router
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import http.client, os; probe = http.client.HTTPConnection('127.0.0.1', int(os.environ.get('DISPATCH_PORT', '8000')), timeout=2); probe.request('GET', '/readyz'); raise SystemExit(probe.getresponse().status != 200)"]
CMD ["dispatch-router", "serve"]
