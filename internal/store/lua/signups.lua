-- signups: who has a seat in a group or waits for one, in order; with a person, that one alone.
-- KEYS 1 era
-- ARGV 2 group  3 who index or ''
-- Result: {ok, who, place on the wait-list or 0, field count, field, value, …, who, …} | {not-found}
-- Invariants: reads only.
local g = group(ARGV[2])
if not g then return {'not-found'} end
local out = {'ok'}
local function add(who, place)
  local f = call('HGETALL', gsk(g.id, who))
  if #f == 0 then return end
  f[#f + 1] = 'optout'
  f[#f + 1] = call('HGET', P .. 'who:' .. who, 'optout') or ''
  out[#out + 1] = who
  out[#out + 1] = place
  out[#out + 1] = #f
  for i = 1, #f do out[#out + 1] = f[i] end
end
if ARGV[3] ~= '' then
  add(ARGV[3], (call('ZRANK', gwait(g.id), ARGV[3]) or -1) + 1)
  return out
end
for _, who in ipairs(call('ZRANGE', gin(g.id), 0, -1)) do add(who, 0) end
for i, who in ipairs(call('ZRANGE', gwait(g.id), 0, -1)) do add(who, i) end
return out
