-- dutysent: the text of a check-in went out, or cannot go out.
-- KEYS 1 era
-- ARGV 2 duty  3 '' or why not (opted-out, not-sent)  4 ms until an answer is due
-- Result: {ok} | {not-found}
-- Invariants: counted once; whoever opted out is not owed a text; what could not be sent is before a person at once.
local d = duty(ARGV[2])
if not d then return {'not-found'} end
if d.state ~= 'planned' then return {'ok'} end
if ARGV[3] == 'opted-out' then
  settled(d, 'opted-out')
elseif ARGV[3] ~= '' then
  call('HSET', dutykey(d.id), 'state', 'open', 'due', int(now), 'result', ARGV[3])
  call('ZADD', P .. 'duties:' .. d.kind, int(now), d.id)
else
  local due = int(now + ARGV[4])
  call('HSET', dutykey(d.id), 'state', 'sent', 'sent', int(now), 'due', due)
  call('ZADD', P .. 'duties:' .. d.kind, due, d.id)
  job('checkinover:' .. d.id, tonumber(due), 'checkinover', {id = d.case, epoch = 0}, 'duty', d.id)
end
return {'ok'}
