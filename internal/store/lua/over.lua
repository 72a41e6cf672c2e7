-- over: a leg has ended.
-- KEYS 1 era
-- ARGV 2 leg
-- Result: {ok}
-- Invariants: a leg whose end is told before anybody stored it counts no more either.
call('ZREM', P .. 'legs', ARGV[2])
call('SET', P .. 'over:' .. ARGV[2], '1', 'PX', 300000)
return {'ok'}
