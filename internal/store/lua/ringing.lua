-- ringing: remembers the leg that was dialled for a claim, a page or a dial-back.
-- KEYS 1 era
-- ARGV 2 case  3 epoch  4 leg  5 field (cleg, dialleg, page leg key)
-- Result: {ok} | {stale}: the claim is over, the caller of this hangs the leg up.
-- Invariants: a leg is kept only for the epoch that dialled it.
local c = read(ARGV[2])
if not c or c.epoch ~= tonumber(ARGV[3]) then return {'stale'} end
if ARGV[5] == 'cleg' and c.state ~= 'claimed' then return {'ok'} end
if ARGV[5] == 'dialleg' and c.state ~= 'connecting' then return {'stale'} end
call('HSET', ck(ARGV[2]), ARGV[5], ARGV[4])
bind(ARGV[4], c)
return {'ok'}
