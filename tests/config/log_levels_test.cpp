#include "config/log_levels.hpp"
#include "config/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace standings {
namespace {

using testing::HasSubstr;

TEST(LogLevels, AreReadAndWritten) {
  const auto levels = parse_log_levels("reconcile=debug, http = warn");
  ASSERT_TRUE(levels);
  EXPECT_EQ(levels->at(log_component::reconcile), log_level::debug);
  EXPECT_EQ(levels->at(log_component::http), log_level::warn);
  EXPECT_EQ(format_log_levels(*levels), "http=warn,reconcile=debug");
  EXPECT_TRUE(parse_log_levels(" ").value().empty());
}

TEST(LogLevels, RefuseWhatIsUnknownTwiceOrIncomplete) {
  EXPECT_THAT(parse_log_levels("web=debug").error().detail,
              HasSubstr("'web' is not one of: service"));
  EXPECT_THAT(parse_log_levels("http=loud").error().detail,
              HasSubstr("'loud' is not one of: debug"));
  EXPECT_THAT(parse_log_levels("http").error().detail, HasSubstr("such as http=warn"));
  EXPECT_THAT(parse_log_levels("http=warn,http=info").error().detail,
              HasSubstr("http is given twice"));
  EXPECT_THAT(parse_log_levels("http=warn,,").error().detail, HasSubstr("such as http=warn"));
}

} // namespace
} // namespace standings
