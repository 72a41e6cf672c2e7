-- publish: a version of the script becomes the one on which new contacts begin.
-- KEYS 1 era
-- ARGV 2 version  3 version of the folder of who decided that  4 files  5.. kinds of alerts that are over with it
-- Result: {ok}
-- Invariants: files and pointer in one step; a version that runs is not called back; it runs since it became the running one.
local h, v = P .. 'script', ARGV[2]
if call('HGET', h, 'running') ~= v then call('HSET', h, 'since', int(now)) end
call('SET', h .. ':' .. v, ARGV[4])
call('HSET', h, 'running', v, 'folder', ARGV[3], 'kept:' .. v, int(now))
call('HDEL', h, 'recall:' .. v, 'past:' .. v)
call('HDEL', P .. 'alerts', unpack(ARGV, 5))
emit('alert', {}, 'script-published')
return {'ok'}
