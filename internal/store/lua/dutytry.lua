-- dutytry: what somebody tried for a duty, and what came of it.
-- KEYS 1 era
-- ARGV 2 duty  3 person  4 '1' if it need not be theirs  5 sealed entry  6 outcome if it ends the duty, or ''  7 token key
-- Result: {ok} | {not-yours} | {moved} (done, or nothing to do for a person yet) | {not-found}
-- Invariants: the same token counts once; only the holder, or who supervises, ends a duty.
local d = duty(ARGV[2])
if not d then return {'not-found'} end
local tk = P .. 'tok:' .. ARGV[7]
if call('GET', tk) then return {'ok'} end
local mine = d.owner == ARGV[3] and now < tonumber(d['until'] or '0')
if not mine and ARGV[4] ~= '1' then return {'not-yours'} end
if d.state ~= 'open' then return {'moved'} end
call('RPUSH', P .. 'dutylog:' .. d.id, ARGV[5])
call('PEXPIREAT', P .. 'dutylog:' .. d.id, d.gone)
call('HINCRBY', dutykey(d.id), 'tries', 1)
if ARGV[6] ~= '' then settled(d, ARGV[6]) end
call('SET', tk, '1', 'PX', 600000)
return {'ok'}
