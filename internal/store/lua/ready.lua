-- ready: the era is ours and Redis takes writes.
-- KEYS 1 era
-- Result: {ok}
-- Invariants: writes one key that ends by itself.
call('SET', P .. 'ready', int(now), 'PX', 10000)
return {'ok'}
