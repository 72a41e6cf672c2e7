-- onversions: how many open contacts are on which version of the script.
-- KEYS 1 era
-- Result: {ok, version, count, …}
-- Invariants: a version that nobody is on is left out, and forgotten.
local out = {'ok'}
for _, v in ipairs(call('SMEMBERS', P .. 'ons')) do
  local n = call('SCARD', P .. 'on:' .. v)
  if n > 0 then
    out[#out + 1] = v
    out[#out + 1] = n
  else
    call('SREM', P .. 'ons', v)
  end
end
return out
