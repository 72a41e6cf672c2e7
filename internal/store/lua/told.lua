-- told: the time that was told for a callback is near, or over, and nobody has called.
-- KEYS 1 era
-- ARGV 2 case
-- Result: {ok, soon|broken} | {stale}
-- Invariants: told once each; whoever was called in time, or is on the line, has no broken promise.
local c = read(ARGV[2])
if not c or c.cb ~= '1' or c.state ~= 'promised' or (tonumber(c.attempts or '') or 0) > 0 or (c.cb_by or '') == '' or c.cb_alert == 'broken' then return {'stale'} end
local what = now >= tonumber(c.cb_by) and 'broken' or 'soon'
if c.cb_alert == what then return {'stale'} end
set(c, 'cb_alert', what)
if what == 'soon' then job('told:' .. c.id, tonumber(c.cb_by), 'told', c) end
emit('alert', c, 'promise-' .. what)
return {'ok', what}
