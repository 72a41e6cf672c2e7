-- step: the document of a counselor who called in, with the turn that it makes.
-- KEYS 1 era
-- ARGV 2 leg  3 key of the document  4 idempotency token or ''  5 document  6 its lifetime ms  7 turn, '' for a move by name  8 ms until a leg that asks
--      nothing more counts as hung up
-- Result: {ok, document} | {stale} | {not-found}
-- Invariants: the same key or token gives the same bytes; the turn grows by one with each document that is kept.
local k, dk, tk = P .. 'pc:' .. ARGV[2], P .. 'doc:' .. ARGV[3], ARGV[4] ~= '' and P .. 'idem:' .. ARGV[4]
local kept = given(dk, tk)
if kept then return {'ok', kept} end
local turn = tonumber(call('HGET', k, 'turn') or '')
if not turn then return {'not-found'} end
if ARGV[7] ~= '' and tonumber(ARGV[7]) ~= turn + 1 then return {'stale'} end
call('SET', dk, ARGV[5], 'PX', ARGV[6])
if tk then call('SET', tk, dk, 'PX', ARGV[6]) end
call('HSET', k, 'turn', turn + 1)
job('idle:' .. ARGV[2], now + ARGV[8], 'idle', {id = '', epoch = ''}, 'leg', ARGV[2])
return {'ok', ARGV[5]}
