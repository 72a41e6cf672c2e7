-- optout: a person texted STOP, or START.
-- KEYS 1 era
-- ARGV 2 who index  3 '1' STOP, '' START  4 retention ms  5 retention of texts ms
-- Result: {ok, state}
-- Invariants: a waiting case of band 0 or 1 stays, marked, with an alert; others close; a live thread stays with its counselor, told.
local wk = P .. 'who:' .. ARGV[2]
call('HSET', wk, 'optout', ARGV[3])
if ARGV[3] == '1' then call('PERSIST', wk) else call('PEXPIRE', wk, ARGV[4]) end -- STOP is never forgotten
local id = call('HGET', wk, 'sms')
local c = id and read(id)
if not c then return {'ok', ''} end
set(c, 'optout', ARGV[3])
if ARGV[3] == '1' then
  if (c.state == 'waiting' and c.band > 1) or (c.state == 'triage' and not c.em_open) then
    call('ZREM', P .. 'triage', id)
    close(c, ARGV[4], 'opted-out')
  elseif c.state ~= 'closed' then
    emit('alert', c, 'opted-out')
  end
end
return {'ok', c.state}
