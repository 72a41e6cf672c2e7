-- pin: a counselor who called in entered a PIN, right or wrong.
-- KEYS 1 era
-- ARGV 2 leg  3 turn of the leg  4 right|wrong|none  5 most wrong ones of a number  6 ms until they are forgotten  7 missed rings allowed
-- Result: {ok, verdict that counts, tries of this call} | {not-found}
-- Invariants: of the answers of one turn the first counts; a locked number opens nothing, and what is right ends the count; the presence changes with the
--   right PIN, in the same step.
local k = P .. 'pc:' .. ARGV[2]
local h = call('HMGET', k, 'who', 'pin', 'j' .. ARGV[3], 'tries')
if not h[1] then return {'not-found'} end
if h[3] then return {'ok', h[3], h[4]} end
local count, verdict = P .. 'pin:' .. h[2], ARGV[4]
if verdict == 'right' and tonumber(call('GET', count) or '0') >= tonumber(ARGV[5]) then verdict = 'wrong' end
call('HSET', k, 'j' .. ARGV[3], verdict)
if verdict ~= 'right' then
  if verdict == 'wrong' and call('INCR', count) == 1 then call('PEXPIRE', count, ARGV[6]) end
  return {'ok', verdict, call('HINCRBY', k, 'tries', 1)}
end
call('DEL', count)
call('HSET', k, 'open', '1')
local co = P .. 'co:' .. h[1]
call('HSET', co, 'state', 'available', 'via', 'phone', 'phone', ARGV[2], 'told', '', 'missed', 0, 'limit', ARGV[7], 'since', int(now))
local serves = call('HGET', co, 'channels')
if serves and not string.find(serves, 'voice', 1, true) then call('HSET', co, 'channels', 'voice,' .. serves) end
call('SADD', P .. 'cos', h[1])
call('XADD', P .. 'ev', 'MAXLEN', '~', EV_MAX, '*', 'k', 'shift', 'c', '', 's', '', 'b', '', 'by', h[1], 'w', 'available', 'at', int(now))
return {'ok', verdict, h[4]}
