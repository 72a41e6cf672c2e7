-- delivery: Twilio's word on a text.
-- KEYS 1 era
-- ARGV 2 message  3 state
-- Result: {ok}
-- Invariants: a state never goes back: queued, sent, then one of delivered, failed, opted-out; where the first text after a call does
--   not arrive, the case is marked, somebody is told where it is urgent, and the job that takes it up is written in the same step.
local mk = P .. 'm:' .. ARGV[2]
local row = call('HMGET', mk, 'state', 'case')
if not row[1] then return {'not-found'} end
local rank = {queued = 1, sent = 2, delivered = 3, failed = 3, ['opted-out'] = 3}
if (rank[ARGV[3]] or 0) > (rank[row[1]] or 0) then
  call('HSET', mk, 'state', ARGV[3])
  local c = read(row[2])
  if c then emit('case', c, ARGV[3]) end
  local lost = ARGV[3] == 'failed' or ARGV[3] == 'opted-out'
  if c and lost and c.first == ARGV[2] and c.channel == 'sms' and c.state ~= 'closed' then
    set(c, 'untexted', int(now))
    job('untexted:' .. c.id, now, 'untexted', c)
    emit(c.band <= 1 and 'alert' or 'queue', c, 'untexted')
  end
end
return {'ok'}
