"""Settings come from a file, the environment and flags, and say what is wrong with them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dispatch_router.config import (
    CONCERNS,
    InvalidSetting,
    load_settings,
    unknown_variables,
    variable,
)

OPERATIONS = Path(__file__).resolve().parents[2] / "docs" / "operations.md"


def test_nothing_needs_to_be_set() -> None:
    settings = load_settings({}, {})
    assert settings.server.host == "127.0.0.1"
    assert settings.server.port == 8000
    assert settings.server.open_access is False
    assert settings.district.district is None


def test_a_flag_beats_the_environment_and_the_environment_beats_the_file(tmp_path: Path) -> None:
    file = tmp_path / "dispatch.toml"
    file.write_text("port = 1\nmax_body_bytes = 2000\nkeep_alive_s = 7\n")
    environ = {"DISPATCH_CONFIG": str(file), "DISPATCH_PORT": "2", "DISPATCH_KEEP_ALIVE_S": "8.5"}
    settings = load_settings(environ, {"port": 3, "host": None})
    assert settings.server.port == 3
    assert settings.limits.keep_alive_s == 8.5
    assert settings.limits.max_body_bytes == 2000
    assert load_settings(environ, {}).server.port == 2


def test_the_file_named_by_the_flag_beats_the_one_in_the_environment(tmp_path: Path) -> None:
    named = tmp_path / "named.toml"
    named.write_text("port = 5\n")
    settings = load_settings({"DISPATCH_CONFIG": "/nowhere.toml"}, {"config": named})
    assert settings.server.port == 5


def test_a_district_in_the_file_is_found_beside_the_file(tmp_path: Path) -> None:
    file = tmp_path / "dispatch.toml"
    file.write_text('district = "mine"\n')
    settings = load_settings({"DISPATCH_CONFIG": str(file)}, {})
    assert settings.district.district == tmp_path / "mine"


def test_the_state_is_kept_beside_the_file_that_names_it_or_where_the_service_starts(
    tmp_path: Path,
) -> None:
    assert load_settings({}, {}).state.state_dir == Path(".state")
    file = tmp_path / "dispatch.toml"
    file.write_text('state_dir = "kept"\n')
    assert load_settings({}, {"config": file}).state.state_dir == tmp_path / "kept"
    set_otherwise = load_settings({"DISPATCH_STATE_DIR": "/srv/state"}, {"config": file})
    assert set_otherwise.state.state_dir == Path("/srv/state")


def test_text_in_the_environment_becomes_what_the_setting_is() -> None:
    environ = {"DISPATCH_OPEN_ACCESS": "true", "DISPATCH_DISTRICT": "/srv/x"}
    settings = load_settings(environ, {})
    assert settings.server.open_access is True
    assert settings.district.district == Path("/srv/x")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DISPATCH_PORT", "99999"),
        ("DISPATCH_PORT", "eighty"),
        ("DISPATCH_OPEN_ACCESS", "perhaps"),
        ("DISPATCH_MAX_BODY_BYTES", "0"),
        ("DISPATCH_BODY_WITHIN_S", "nan"),
        ("DISPATCH_LOG_LEVEL", "loud"),
        ("DISPATCH_HOST", ""),
        ("DISPATCH_DISTRICT", ""),
        ("DISPATCH_STATE_DIR", ""),
    ],
)
def test_a_bad_variable_is_named_with_its_value(name: str, value: str) -> None:
    with pytest.raises(InvalidSetting, match=re.escape(f"{name}: ")) as caught:
        load_settings({name: value}, {})
    assert f"was {value!r}" in str(caught.value)


@pytest.mark.parametrize(
    "line",
    ["port = true", "port = '8000'", "log_level = 3", "host = 1", "district = 1", "district = ''"],
)
def test_a_value_of_the_wrong_type_in_the_file_is_not_bent_into_shape(
    line: str, tmp_path: Path
) -> None:
    file = tmp_path / "dispatch.toml"
    file.write_text(line)
    with pytest.raises(InvalidSetting, match=f"dispatch.toml: {line.split()[0]}: "):
        load_settings({}, {"config": file})


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"prot = 8000", "there is no setting 'prot'"),
        (b"port = ", "no valid TOML"),
        (b"\xff", "no valid TOML"),
        (b"#" * 70_000, "longer than"),
    ],
)
def test_a_file_with_a_mistake_is_named(content: bytes, says: str, tmp_path: Path) -> None:
    file = tmp_path / "dispatch.toml"
    file.write_bytes(content)
    with pytest.raises(InvalidSetting, match=f"dispatch.toml: .*{says}"):
        load_settings({}, {"config": file})


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidSetting, match=r"absent\.toml: No such file"):
        load_settings({}, {"config": tmp_path / "absent.toml"})


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(InvalidSetting) as caught:
        load_settings({"DISPATCH_PORT": "x", "DISPATCH_LOG_LEVEL": "y"}, {"host": ""})
    assert [message.split(":")[0] for message in caught.value.detail.splitlines()] == [
        "--host",
        "DISPATCH_LOG_LEVEL",
        "DISPATCH_PORT",
    ]


@pytest.mark.parametrize(
    ("name", "value", "says_zh"),
    [
        ("DISPATCH_PORT", "99999", "不得大于65535"),
        ("DISPATCH_PORT", "-1", "不得小于0"),
        ("DISPATCH_PORT", "eighty", "必须是整数"),
        ("DISPATCH_PORT", "9" * 5_000, "数字位数过多"),
        ("DISPATCH_OPEN_ACCESS", "perhaps", "必须是true或false"),
        ("DISPATCH_BODY_WITHIN_S", "nan", "必须是有限的数值"),
        ("DISPATCH_BODY_WITHIN_S", "0", "必须大于0，"),
        ("DISPATCH_BODY_WITHIN_S", "601", "不得大于600，"),
        ("DISPATCH_BODY_WITHIN_S", "soon", "必须是数字"),
        ("DISPATCH_LOG_LEVEL", "loud", "可选值：'debug'、'info'、'warning'、'error'"),
        ("DISPATCH_HOST", "", "长度不得少于1个字符"),
        ("DISPATCH_HOST", "x" * 256, "长度不得超过255个字符"),
        ("DISPATCH_DISTRICT", "", "不能为空"),
        ("DISPATCH_CONFIG", "/nowhere.toml", "无法读取该文件"),
    ],
)
def test_a_mistake_is_told_in_chinese_too(name: str, value: str, says_zh: str) -> None:
    with pytest.raises(InvalidSetting) as caught:
        load_settings({name: value}, {})
    where = value if name == "DISPATCH_CONFIG" else name
    assert caught.value.detail_zh.startswith(f"{where}：{says_zh}")


@pytest.mark.parametrize(
    ("line", "says_zh"),
    [
        ("port = true", "dispatch.toml: port：必须是整数"),
        ("body_within_s = 'x'", "dispatch.toml: body_within_s：必须是数字"),
        ("open_access = 1", "dispatch.toml: open_access：必须是true或false"),
        ("host = 1", "dispatch.toml: host：必须是字符串"),
        ("district = 1", "dispatch.toml: district：必须是路径"),
        ("prot = 1", "dispatch.toml：没有设置项'prot'"),
        ("port = ", "dispatch.toml：不是有效的TOML文件"),
        ("#" * 70_000, "dispatch.toml：文件超过65536字节"),
    ],
)
def test_a_mistake_in_the_file_is_told_in_chinese_too(
    line: str, says_zh: str, tmp_path: Path
) -> None:
    file = tmp_path / "dispatch.toml"
    file.write_text(line)
    with pytest.raises(InvalidSetting) as caught:
        load_settings({}, {"config": file})
    assert says_zh in caught.value.detail_zh


def test_a_misspelt_variable_is_noticed() -> None:
    environ = {"DISPATCH_PROT": "1", "DISPATCH_PORT": "1", "DISPATCH_CONFIG": "x", "PATH": "y"}
    assert unknown_variables(environ) == ["DISPATCH_PROT"]


def test_the_operations_page_documents_every_setting_as_the_code_does() -> None:
    rows = re.findall(r"^\| `(DISPATCH_\w+)` \| (.+) \| (.+) \|$", OPERATIONS.read_text(), re.M)
    documented = {name: (default, meaning) for name, default, meaning in rows}
    expected = {}
    for concern in CONCERNS:
        for name, field in concern.model_fields.items():
            shown = "" if field.default is None else str(field.default)
            shown = shown.lower() if isinstance(field.default, bool) else shown
            assert field.description, f"{name} has no docstring"
            expected[variable(name)] = (f"`{shown}`" if shown else "none", field.description)
    documented.pop("DISPATCH_CONFIG")
    assert documented == expected
