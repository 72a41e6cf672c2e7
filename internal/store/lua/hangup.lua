-- hangup: the call of a counselor who called in is over.
-- KEYS 1 era
-- ARGV 2 leg
-- Result: {ok, the case of this leg or ''} | {not-found}
-- Invariants: who is available by this phone is off from then on; whoever went on in the console, or by another call, stays as they are.
local k = P .. 'pc:' .. ARGV[2]
local who = call('HGET', k, 'who')
if not who then return {'not-found'} end
call('HSET', k, 'over', '1')
drop('idle:' .. ARGV[2])
local co = P .. 'co:' .. who
local me = call('HMGET', co, 'phone', 'via', 'state')
if me[1] == ARGV[2] then
  call('HSET', co, 'phone', '')
  if me[2] == 'phone' and me[3] ~= 'off' then
    call('HSET', co, 'state', 'off', 'told', '', 'since', int(now))
    call('XADD', P .. 'ev', 'MAXLEN', '~', EV_MAX, '*', 'k', 'shift', 'c', '', 's', '', 'b', '', 'by', who, 'w', 'off', 'at', int(now))
  end
end
return {'ok', call('GET', P .. 'call:' .. ARGV[2]) or ''}
