-- shift: a counselor's own presence.
-- KEYS 1 era
-- ARGV 2 counselor  3 state or '' (read only)  4 channels or ''  5 ring_me or ''  6 via or ''  7 missed rings allowed
-- Result: {ok, field, value, …, 'cases', 'id,id'}
-- Invariants: changes no lease and no case; what is left out stays as it was.
local co = P .. 'co:' .. ARGV[2]
if ARGV[3] ~= '' then
  local was = call('HGET', co, 'state')
  call('HSET', co, 'state', ARGV[3], 'told', '', 'limit', ARGV[7])
  if was ~= ARGV[3] then call('HSET', co, 'since', int(now), 'missed', 0) end
  if ARGV[4] ~= '' then call('HSET', co, 'channels', ARGV[4]) end
  if ARGV[5] ~= '' then call('HSET', co, 'ring_me', ARGV[5]) end
  if ARGV[6] ~= '' then call('HSET', co, 'via', ARGV[6]) end
  call('SADD', P .. 'cos', ARGV[2])
  if was ~= ARGV[3] then
    call('XADD', P .. 'ev', 'MAXLEN', '~', EV_MAX, '*', 'k', 'shift', 'c', '', 's', '', 'b', '', 'by', ARGV[2], 'w', ARGV[3], 'at', int(now))
  end
end
local out = {'ok'}
for _, v in ipairs(call('HGETALL', co)) do out[#out + 1] = v end
local held = call('SMEMBERS', P .. 'cot:' .. ARGV[2])
local mine = call('HGET', co, 'call')
if mine and mine ~= '' then held[#held + 1] = mine end
for id in string.gmatch(call('HGET', co, 'wrap') or '', '[^,]+') do held[#held + 1] = id end
out[#out + 1] = 'cases'
out[#out + 1] = table.concat(held, ',')
return out
