-- groups: all groups, by time, with how many have a seat or wait for one.
-- KEYS 1 era
-- Result: {ok, now, id, field count, field, value, …, id, …}
-- Invariants: reads only.
local out = {'ok', int(now)}
for _, id in ipairs(call('ZRANGE', P .. 'groups', 0, -1)) do
  local f = call('HGETALL', gk(id))
  if #f > 0 then
    for _, v in ipairs({'taken', call('ZCARD', gin(id)), 'listed', call('ZCARD', gwait(id))}) do f[#f + 1] = v end
    out[#out + 1] = id
    out[#out + 1] = #f
    for i = 1, #f do out[#out + 1] = f[i] end
  end
end
return out
