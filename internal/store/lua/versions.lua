-- versions: what is known of the versions of the script.
-- KEYS 1 era
-- Result: {ok, field, value, …} of the hash `script`
-- Invariants: reads only.
local out = {'ok'}
local all = call('HGETALL', P .. 'script')
for i = 1, #all do out[#out + 1] = all[i] end
return out
