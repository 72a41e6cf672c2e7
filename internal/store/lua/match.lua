-- match: who may be given which case now. Whatever gives, counts or explains asks here, so that none of them can tell
-- another story than the claim.

-- a counselor as a claim sees them: by, the blind index of their own phone or '', the most threads, '1' to keep one
-- counselor back for whoever is in danger or urgent
local function counselor(by, own, most, keep)
  local co = call('HMGET', P .. 'co:' .. by, 'state', 'call', 'channels', 'ret')
  local me = {id = by, own = own, keep = keep == '1', state = co[1] or 'off', call = co[2] or '', channels = co[3] or 'voice,sms', ret = co[4] or ''}
  me.held = me.call ~= '' and call('HMGET', ck(me.call), 'state', 'who') or {}
  me.wraps = me.held[1] == 'wrap_up'
  me.voice, me.sms = me.call == '', call('SCARD', P .. 'cot:' .. by) < tonumber(most)
  me.conflicts = call('EXISTS', P .. 'cf:' .. by) == 1
  return me
end

local function serves(me, ch) return string.find(me.channels, ch, 1, true) ~= nil end

local function conflict(me, who)
  return me.conflicts and (who or '') ~= '' and call('SISMEMBER', P .. 'cf:' .. me.id, who) == 1
end

-- of more than two on calls, nobody else is free
local function last_free(me)
  if me.last == nil then
    local on, others = 0, 0
    for _, id in ipairs(call('SMEMBERS', P .. 'cos')) do
      local co = call('HMGET', P .. 'co:' .. id, 'state', 'call', 'channels')
      if co[1] == 'available' and string.find(co[3] or 'voice', 'voice', 1, true) then
        on = on + 1
        if id ~= me.id and (co[2] or '') == '' then others = others + 1 end
      end
    end
    me.last = on > 2 and others == 0
  end
  return me.last
end

-- the counselor of before, for whom a caller who was cut off is held for some seconds, could take the call now
local function could(id, who)
  local co = call('HMGET', P .. 'co:' .. id, 'state', 'call', 'channels')
  if co[1] ~= 'available' or not string.find(co[3] or 'voice', 'voice', 1, true) then return false end
  if (co[2] or '') == '' then return true end
  local held = call('HMGET', ck(co[2]), 'state', 'who')
  return held[1] == 'wrap_up' and held[2] == who
end

-- what keeps a case from a counselor: 'yes' nothing · 'conflict' · 'own' their own call · 'channel' · 'full' · 'wrap-up' ·
-- 'shut' not within the hours in which they may be called · 'later' the next attempt is not due · 'held' for the counselor
-- of before · 'kept-back' · 'tired' they gave it back
local function may(me, id)
  local f = call('HMGET', ck(id), 'leg', 'next', 'till', 'cb_from', 'who', 'cb_who', 'band', 'channel', 'ret', 'ret_till')
  local band, ret = tonumber(f[7] or '3'), tonumber(f[10] or '') and tonumber(f[10]) > now and f[9] or ''
  local till = tonumber(call('ZSCORE', P .. 'ex:' .. me.id, id) or '0')
  if till > 9e14 or conflict(me, f[5]) or conflict(me, f[6]) then return 'conflict' end
  if me.own ~= '' and (f[5] == me.own or f[6] == me.own) then return 'own' end
  if not serves(me, f[8] or '') then return 'channel' end
  if f[8] == 'sms' and not me.sms then return 'full' end
  if f[8] == 'voice' and not me.voice then
    local again = me.ret == id and ret == me.id and me.held[2] == f[5] -- whom they have just talked with
    if not me.wraps then return 'full' end
    if band > 0 and not again then return 'wrap-up' end
  end
  if (f[1] or '') == '' then
    if tonumber(f[4] or '') and tonumber(f[4]) > now or tonumber(f[3] or '') and now >= tonumber(f[3]) then return 'shut' end
    if tonumber(f[2] or '') and tonumber(f[2]) > now then return 'later' end
  end
  if ret ~= '' and ret ~= me.id and band > 0 and could(ret, f[5]) then return 'held' end
  if me.keep and f[8] == 'voice' and band > 1 and last_free(me) then return 'kept-back' end
  return till > now and 'tired' or 'yes'
end

local function listed(c, buckets)
  for _, b in ipairs(buckets) do
    if c.bucket == b or (c.star or '') == b then return true end
  end
  return false
end

-- the best for a counselor: the lowest score of those that may be given out, but for who comes back to them; whom they
-- gave back only where nobody else is left. Gives the case, or nil and why not: 'at-limit' or 'nobody'.
local function best(me, buckets)
  local pick, low, spare, spare_low, full
  local free = me.voice and serves(me, 'voice') or me.sms and serves(me, 'sms')
  if not free and not me.wraps then return nil, 'at-limit' end
  for _, b in ipairs(buckets) do
    local ch = string.match(b, '^q:(%a+):')
    local room = ch == 'sms' and me.sms or ch == 'voice' and (me.voice or me.wraps)
    if serves(me, ch) and not me[ch] and call('ZCARD', P .. b) > 0 then full = true end
    if serves(me, ch) and room then
      for page = 0, 19 do
        local m = call('ZRANGE', P .. b, page * 50, page * 50 + 49, 'WITHSCORES')
        local stop = #m < 100
        for j = 1, #m, 2 do
          local sc = tonumber(m[j + 1])
          local behind = low and (sc > low or sc == low and m[j] > pick) -- of one moment the first in `line`
          if behind or not me[ch] and sc >= 0 then stop = true break end -- emergencies are below
          local why = may(me, m[j])
          if why == 'yes' then pick, low, stop = m[j], sc, true break end
          if why == 'tired' and (not spare_low or sc < spare_low) then spare, spare_low = m[j], sc end
        end
        if stop then break end
      end
    end
  end
  if me.ret ~= '' and not (low and low < 0) then
    local f = call('HMGET', ck(me.ret), 'ret', 'ret_till', 'state', 'bucket', 'star')
    local theirs = f[1] == me.id and (tonumber(f[2] or '') or 0) > now and f[3] == 'waiting'
    if theirs and listed({bucket = f[4], star = f[5]}, buckets) and may(me, me.ret) == 'yes' then return me.ret end
  end
  pick = pick or spare
  if pick then return pick end
  return nil, (full or not free) and 'at-limit' or 'nobody'
end

-- they counsel in the language of the case; with no list nobody can tell
local function speaks(c, buckets)
  if (c.lang or '') == '' or #buckets == 0 then return true end
  for _, b in ipairs(buckets) do
    if string.match(b, '^q:%a+:([^:]+):') == c.lang then return true end
  end
  return false
end
