-- duties: what is owed, the most urgent first; or one duty, done or not.
-- KEYS 1 era
-- ARGV 2 kind or ''  3 duty or ''  4 most
-- Result: {ok, now, id, field count, field, value, …, id, …}
-- Invariants: changes nothing but that duties whose time is over leave the list.
local out = {'ok', int(now)}
local function add(id)
  local f = call('HGETALL', dutykey(id))
  if #f == 0 then return false end
  f[#f + 1] = 'optout'
  f[#f + 1] = call('HGET', P .. 'who:' .. call('HGET', dutykey(id), 'who'), 'optout') or ''
  out[#out + 1] = id
  out[#out + 1] = #f
  for i = 1, #f do out[#out + 1] = f[i] end
  return true
end
if ARGV[3] ~= '' then
  add(ARGV[3])
  return out
end
for _, id in ipairs(call('ZRANGE', P .. 'duties:' .. ARGV[2], 0, tonumber(ARGV[4]) - 1)) do
  if not add(id) then call('ZREM', P .. 'duties:' .. ARGV[2], id) end
end
return out
