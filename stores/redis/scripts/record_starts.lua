-- Part of other scripts, whose KEYS[5] is meta: records when the four periods started, in
-- microseconds. A start never moves back, unless the one that is there is later than `latest`: the
-- service cannot have recorded that.
local function record_starts(starts, latest)
  for p, board in ipairs({'daily', 'weekly', 'monthly', 'yearly'}) do
    local field = 'start:' .. board
    local known = tonumber(redis.call('HGET', KEYS[5], field) or '') or 0
    if tonumber(starts[p]) > known or known > tonumber(latest) then
      redis.call('HSET', KEYS[5], field, starts[p])
    end
  end
end
