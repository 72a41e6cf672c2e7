-- crowd: how many wait, and since when whoever waits longest of those that can wait.
-- KEYS 1 era
-- Result: {ok, now, count, first enqueue ms of the oldest in band 3 or ''}
-- Invariants: reads only.
local oldest = call('ZRANGE', P .. 'w:3', 0, 0, 'WITHSCORES')
return {'ok', int(now), call('ZCARD', P .. 'line'), oldest[2] or ''}
