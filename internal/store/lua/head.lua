-- head: the beginning of every script.
-- KEYS 1 era (its name gives the prefix of the line; all keys have one hash tag)
-- ARGV 1 the era that we believe in
-- Result: {era} where the store is not ours.
local call = redis.call
local P = string.sub(KEYS[1], 1, -4)
if call('GET', KEYS[1]) ~= ARGV[1] then return {'era'} end
