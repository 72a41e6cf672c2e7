-- groupoff: a group is called off.
-- KEYS 1 era
-- ARGV 2 group
-- Result: {ok} | {not-found}
-- Invariants: whoever has a seat or waits for one is told, once; nobody is reminded of it any more.
local g = group(ARGV[2])
if not g then return {'not-found'} end
if g.state ~= 'on' then return {'ok'} end
call('HSET', gk(g.id), 'state', 'off')
for _, key in ipairs({gin(g.id), gwait(g.id)}) do
  for _, who in ipairs(call('ZRANGE', key, 0, -1)) do
    unremind(g, who)
    for _, what in ipairs({'seated', 'listed', 'free', 'moved'}) do drop('notice:' .. g.id .. ':' .. who .. ':' .. what) end
    if g.at > now then tell(g, who, 'off') end
  end
end
return {'ok'}
