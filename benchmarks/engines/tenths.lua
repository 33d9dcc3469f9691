-- The profile that makes OSRM count as the comparison graph does: every way takes the time that its
-- tag says, and turns take none.

api_version = 4

function setup()
  return {
    properties = {
      weight_name = 'duration',
      weight_precision = 1,
      process_call_tagless_node = false,
      u_turn_penalty = 0,
      traffic_signal_penalty = 0,
      use_turn_restrictions = false,
      continue_straight_at_waypoint = false,
      max_speed_for_map_matching = 40
    }
  }
end

function process_way(profile, way, result)
  local tenths = tonumber(way:get_value_by_key('tenths'))
  if not tenths then
    return
  end
  result.duration = tenths / 10
  result.forward_mode = mode.driving
  result.backward_mode = mode.driving
  if way:get_value_by_key('oneway') == 'yes' then
    result.backward_mode = mode.inaccessible
  end
end

function process_turn(profile, turn)
  turn.duration = 0
  turn.weight = 0
end

return { setup = setup, process_way = process_way, process_turn = process_turn }
