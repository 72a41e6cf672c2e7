-- connect: press 1 by the owner of a claim.
-- KEYS 1 era
-- ARGV 2 case  3 epoch  4 the counselor's leg  5 room  6 lease ms  7 lease ms with a dial-back  8 token key
-- Result: {ok} | {stale, state}
-- Invariants: only the owner of this epoch; the patient's move or the dial-back is written in the same step; a repeat by the same leg is ok.
local id = ARGV[2]
local c = read(id)
if not c then return {'stale', 'closed'} end
if call('GET', P .. 'tok:' .. ARGV[8]) then return {'ok'} end
if c.epoch ~= tonumber(ARGV[3]) or not can(c.state, 'connecting') or c.state ~= 'claimed' then return {'stale', c.state} end
call('SET', P .. 'tok:' .. ARGV[8], '1', 'PX', 600000)
local back = c.dial == '1' and (c.leg or '') == ''
local till = now + (back and ARGV[7] or ARGV[6])
set(c, 'state', 'connecting', 'cleg', ARGV[4], 'room', ARGV[5], 'lease', int(till), 'in_p', '', 'in_c', '', 'in_o', '', 'conf', '')
call('HSET', P .. 'co:' .. c.owner, 'missed', 0, 'told', '')
bind(ARGV[4], c)
job('lease:' .. id .. ':' .. c.epoch, till, 'lease', c)
job((back and 'dial:' or 'join:') .. id .. ':' .. c.epoch, now, back and 'dial' or 'join', c)
emit('case', c, 'connecting')
return {'ok'}
