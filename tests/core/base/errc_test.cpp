#include "core/base/errc.hpp"
#include "core/base/result.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace standings {
namespace {

TEST(Errc, HasAUniqueSnakeCaseNameForEachCode) {
  std::set<std::string> names;
  const auto last = static_cast<int>(errc::internal);
  for (int code = 0; code <= last; ++code) {
    const auto name = to_string(static_cast<errc>(code));
    EXPECT_TRUE(names.insert(name).second) << name << " names two codes";
    EXPECT_FALSE(name.empty());
    EXPECT_TRUE(std::all_of(name.begin(), name.end(), [](char c) {
      return c == '_' || (c >= 'a' && c <= 'z');
    })) << name;
  }
}

TEST(Errc, NamesThatClientsSeeStayAsTheyAre) {
  EXPECT_EQ(to_string(errc::malformed), "malformed");
  EXPECT_EQ(to_string(errc::idempotency_conflict), "idempotency_conflict");
  EXPECT_EQ(to_string(errc::store_unavailable), "store_unavailable");
  EXPECT_EQ(to_string(errc::score_overflow), "score_overflow");
}

TEST(Errc, ACodeFromNowhereIsInternal) {
  EXPECT_EQ(to_string(static_cast<errc>(250)), "internal");
}

TEST(Result, ReachingForTheValueOfAFailureThrowsWithItsText) {
  const result<int> nothing = fail(errc::unknown_user, "no such user");
  try {
    static_cast<void>(nothing.value());
    FAIL() << "gave a value";
  } catch (const std::logic_error& e) {
    EXPECT_STREQ(e.what(), "no value: unknown_user: no such user");
  }
}

} // namespace
} // namespace standings
