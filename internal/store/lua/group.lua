-- group: what the scripts about support groups share, put after `case`.
-- A group is g:<id>; g:<id>:in and g:<id>:wait hold its people in the order of their coming, gs:<id>:<who> what is
-- known of one of them. All of it ends with the group.
local NONE = {id = '', epoch = 0}
local function gk(id) return P .. 'g:' .. id end
local function gin(id) return gk(id) .. ':in' end
local function gwait(id) return gk(id) .. ':wait' end
local function gsk(id, who) return P .. 'gs:' .. id .. ':' .. who end

local function group(id)
  local flat = call('HGETALL', gk(id))
  if #flat == 0 then return nil end
  local g = {}
  for i = 1, #flat, 2 do g[flat[i]] = flat[i + 1] end
  g.id, g.at, g.gone, g.seats, g.waits = id, tonumber(g.at), tonumber(g.gone), tonumber(g.seats), tonumber(g.waits)
  return g
end

-- what is kept of a group ends on its day
local function ending(g, key) call('PEXPIREAT', key, int(g.gone)) end

-- a text to somebody about the group, by the due loop
local function tell(g, who, what, at)
  if call('HGET', gsk(g.id, who), 'texts') ~= '1' then return end
  job('notice:' .. g.id .. ':' .. who .. ':' .. what, at or now, 'notice', NONE, 'group', g.id, 'who', who, 'what', what, 'at', int(g.at))
end

local function unremind(g, who)
  for _, h in ipairs({'24', '1'}) do drop('remind:' .. g.id .. ':' .. who .. ':' .. h) end
end

-- reminders are for who agreed to them
local function remind(g, who)
  unremind(g, who)
  if call('HGET', gsk(g.id, who), 'remind') ~= '1' then return end
  for _, h in ipairs({24, 1}) do
    local at = g.at - h * 3600000
    if at > now then
      job('remind:' .. g.id .. ':' .. who .. ':' .. h, at, 'remind', NONE, 'group', g.id, 'who', who, 'what', 'soon', 'at', int(g.at))
    end
  end
end

local function seats(g) return g.seats - call('ZCARD', gin(g.id)) end

-- gives a place in one of the two lists, behind all who are in it
local function place(g, who, key, state)
  call('ZADD', key, call('HINCRBY', gk(g.id), 'seq', 1), who)
  ending(g, key)
  call('HSET', gsk(g.id, who), 'state', state)
  if state == 'seated' then remind(g, who) end
end

-- free seats go to the first on the wait-list; the text waits for `morning`
-- unless the group begins before long
local function promote(g, morning)
  if g.state ~= 'on' or g.at <= now then return end
  local at = math.max(now, morning)
  if at > g.at - 10800000 then at = now end
  while seats(g) > 0 do
    local first = call('ZRANGE', gwait(g.id), 0, 0)[1]
    if not first then return end
    call('ZREM', gwait(g.id), first)
    place(g, first, gin(g.id), 'seated')
    tell(g, first, 'free', at)
  end
end

-- somebody gives up what they have; nothing of them is kept but that
local function unseat(g, who, morning)
  local sk = gsk(g.id, who)
  local state = call('HGET', sk, 'state')
  if state ~= 'seated' and state ~= 'listed' then return false end
  call('ZREM', gin(g.id), who)
  call('ZREM', gwait(g.id), who)
  unremind(g, who)
  for _, what in ipairs({'seated', 'listed', 'free', 'moved', 'off'}) do drop('notice:' .. g.id .. ':' .. who .. ':' .. what) end
  call('HDEL', sk, 'number', 'case', 'consent')
  call('HSET', sk, 'state', 'left')
  promote(g, morning)
  return true
end
