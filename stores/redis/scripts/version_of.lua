-- Part of other scripts: the version that a text or a score stands for; nil for numbers that our
-- sequence cannot have drawn (version_limit in core/leaderboard/version_history.hpp).
local function version_of(text)
  local number = tonumber(text)
  return number and number < 4503599627370496 and number or nil
end
