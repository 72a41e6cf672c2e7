-- done: a job is carried out, or is tried again later.
-- KEYS 1 era
-- ARGV 2 job  3 ms until it is due again, '' when it is done  4 the try that says so
-- Result: {ok}
-- Invariants: a job that was written anew meanwhile (another try count) stays.
if call('HGET', P .. 'job:' .. ARGV[2], 'tries') ~= ARGV[4] then return {'ok'} end
if ARGV[3] == '' then drop(ARGV[2]) else call('ZADD', P .. 'outbox', 'XX', int(now + ARGV[3]), ARGV[2]) end
return {'ok'}
