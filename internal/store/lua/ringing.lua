-- ringing: remembers the leg that was dialled for a claim, a page or a dial-back.
-- KEYS 1 era
-- ARGV 2 case  3 epoch  4 leg  5 field (cleg, dialleg, page leg key)
-- Result: {ok} | {stale}: the claim is over, the caller of this hangs the leg up.
-- Invariants: a leg of an owner is kept only for the epoch that dialled it; a page's leg whoever owns the case.
local c = read(ARGV[2])
if not c then return {'stale'} end
if ARGV[5] ~= 'pleg' then
  local on = {cleg = {claimed = 'keep', connecting = 'had', live = 'had'}, dialleg = {connecting = 'keep', live = 'had'}}
  local verdict = c.epoch == tonumber(ARGV[3]) and on[ARGV[5]][c.state]
  if not verdict then return {'stale'} end
  if verdict == 'had' then return {'ok'} end
end
call('HSET', ck(ARGV[2]), ARGV[5], ARGV[4])
bind(ARGV[4], c)
return {'ok'}
