-- line: the ids of all waiting and promised cases, in claim order.
-- KEYS 1 era
-- Result: {ok, now, id, …}
-- Invariants: reads only.
local out = {'ok', int(now)}
for _, id in ipairs(call('ZRANGE', P .. 'line', 0, -1)) do out[#out + 1] = id end
return out
