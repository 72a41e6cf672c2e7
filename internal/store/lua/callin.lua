-- callin: a call comes in from the number of a counselor who has a PIN.
-- KEYS 1 era
-- ARGV 2 leg  3 counselor  4 language  5 blind index of the number  6 most wrong PINs  7 lifetime ms
-- Result: {ok} | {locked}: too many wrong PINs, the call is a patient's
-- Invariants: a repeat changes nothing; nothing of the presence changes before the PIN.
local k = P .. 'pc:' .. ARGV[2]
if call('EXISTS', k) == 1 then return {'ok'} end
if tonumber(call('GET', P .. 'pin:' .. ARGV[5]) or '0') >= tonumber(ARGV[6]) then return {'locked'} end
call('HSET', k, 'who', ARGV[3], 'lang', ARGV[4], 'pin', ARGV[5], 'turn', 0, 'tries', 0)
call('PEXPIRE', k, ARGV[7])
up(ARGV[2])
return {'ok'}
