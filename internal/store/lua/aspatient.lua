-- aspatient: whoever called from a counselor's number wants to be a caller.
-- KEYS 1 era
-- ARGV 2 leg
-- Result: {ok} | {not-found}
-- Invariants: only before the PIN; from then on the call is a patient's.
local k = P .. 'pc:' .. ARGV[2]
local open = call('HMGET', k, 'who', 'open')
if not open[1] or open[2] == '1' then return {'not-found'} end
call('HSET', k, 'patient', '1')
return {'ok'}
