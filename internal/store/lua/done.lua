-- done: a job is carried out, or is tried again later.
-- KEYS 1 era
-- ARGV 2 job  3 ms until it is due again, '' when it is done  4 the try that says so  5 when it was written
-- Result: {ok}
-- Invariants: a job that was written anew meanwhile (another birth, another try) stays.
local had = call('HMGET', P .. 'job:' .. ARGV[2], 'tries', 'born')
if had[1] ~= ARGV[4] or had[2] ~= ARGV[5] then return {'ok'} end
if ARGV[3] == '' then
  drop(ARGV[2])
  return {'ok'}
end
local at = call('ZSCORE', P .. 'dials', ARGV[2])
if at then at = math.floor(tonumber(at) / AFTER) * AFTER end
call('ZADD', P .. (at and 'dials' or 'outbox'), 'XX', int((at or 0) + now + ARGV[3]), ARGV[2])
call('ZREM', P .. 'legs', 'job:' .. ARGV[2])
return {'ok'}
