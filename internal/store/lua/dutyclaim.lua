-- dutyclaim: somebody takes a duty in hand, or gives it back.
-- KEYS 1 era
-- ARGV 2 duty  3 person  4 ms for which it is theirs, '' to give it back
-- Result: {ok} | {taken} | {moved} (done, or nothing to do for a person yet) | {not-found}
-- Invariants: one person at a time; a repeat by the same person lengthens it.
local d = duty(ARGV[2])
if not d then return {'not-found'} end
local held = (d.owner or '') ~= '' and now < tonumber(d['until'] or '0')
if held and d.owner ~= ARGV[3] then return {'taken'} end
if ARGV[4] == '' then
  call('HSET', dutykey(d.id), 'owner', '', 'until', '')
  return {'ok'}
end
if d.state ~= 'open' then return {'moved'} end
call('HSET', dutykey(d.id), 'owner', ARGV[3], 'until', int(now + ARGV[4]))
return {'ok'}
