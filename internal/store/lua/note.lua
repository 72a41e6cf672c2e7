-- note: a counselor's draft.
-- KEYS 1 era
-- ARGV 2 case  3 counselor or '' (a supervisor)  4 version it builds on  5 sealed text  6 token key
-- Result: {ok, version} | {stale-note, version} | {not-yours} | {not-found}
-- Invariants: the version grows by one; an older one never overwrites.
local c = read(ARGV[2])
if not c then return {'not-found'} end
local tk = P .. 'tok:' .. ARGV[6]
local first = call('GET', tk)
if first then return {'ok', tonumber(first)} end
if ARGV[3] ~= '' and c.owner ~= ARGV[3] then return {'not-yours'} end
local v = tonumber(c.note_v or '0')
if v ~= tonumber(ARGV[4]) then return {'stale-note', v} end
set(c, 'note', ARGV[5], 'note_v', v + 1)
if c.state == 'closed' then job('retire:' .. c.id, now, 'retire', c) end -- sealed again for its day
call('SET', tk, v + 1, 'PX', 600000)
return {'ok', v + 1}
