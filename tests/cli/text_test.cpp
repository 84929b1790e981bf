#include "cli/progress.hpp"
#include "cli/text.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace standings::test {
namespace {

using std::chrono::milliseconds;
using testing::EndsWith;
using testing::HasSubstr;

TEST(Text, GroupsLargeNumbers) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(9'999), "9999");
  EXPECT_EQ(grouped(60'000), "60 000");
  EXPECT_EQ(grouped(1'234'567), "1 234 567");
}

TEST(Text, CountsInTheSingularAndPlural) {
  EXPECT_EQ(counted(0, "user"), "0 users");
  EXPECT_EQ(counted(1, "user"), "1 user");
  EXPECT_EQ(counted(12'000, "user"), "12 000 users");
}

TEST(Text, FitsTextIntoColumns) {
  EXPECT_EQ(fitted("anna", 6), "anna  ");
  EXPECT_EQ(fitted("annabelle", 6), "annab…");
  EXPECT_EQ(fitted("名前名前", 5), "名前…") << "wide characters take two columns";
  EXPECT_EQ(fitted("名前", 5), "名前 ");
  EXPECT_EQ(fitted("e\u0301", 3), "e\u0301  ") << "combining characters take none";
  EXPECT_EQ(fitted("\x1b[2J", 10), "\\x1b[2J   ");
  EXPECT_EQ(fitted("\u202egnp", 12), "\\u202egnp   ");
}

TEST(Text, JsonIsSafeForATerminal) {
  EXPECT_EQ(json_line(boost::json::value("\x1b]0;x\a\u009b2J\u202e")),
            "\"\\u001b]0;x\\u0007\\u009b2J\\u202e\"");
  EXPECT_EQ(json_line(boost::json::value("名前")), "\"名前\"");
}

TEST(Text, WritesDurationsInOneStyle) {
  EXPECT_EQ(short_duration(850), "850 ms");
  EXPECT_EQ(short_duration(12'000), "12 s");
  EXPECT_EQ(short_duration(187'000), "3:07");
  EXPECT_EQ(short_duration(3'723'000), "1:02:03");
}

TEST(Progress, ShowsCountPercentRateAndTimeLeft) {
  EXPECT_EQ(progress_line("Loading users", 40'000, 60'000, milliseconds{2'000}),
            "Loading users [#############.......] 40 000 / 60 000  66 %  20 000/s  2 s left");
  EXPECT_EQ(progress_line("Copying", 500, 0, milliseconds{1'000}), "Copying  500  500/s");
  EXPECT_THAT(progress_line("x", 0, 10, milliseconds{0}), EndsWith("0 %  0/s"));
}

/// A progress line whose clock the test moves.
class AProgress : public testing::Test {
protected:
  progress make(bool visible) {
    return progress{out, "Loading", 100, visible, [this] {
                      return now;
                    }};
  }

  std::ostringstream out;
  progress::clock::time_point now{};
};

TEST_F(AProgress, EndsAtAHundredPercent) {
  auto bar = make(true);
  now += milliseconds{1'500};
  bar.advance(78);
  EXPECT_THAT(out.str(), HasSubstr("78 %"));
  bar.finish();
  EXPECT_THAT(out.str(), HasSubstr("100 / 100  100 %"));
  EXPECT_THAT(out.str(), EndsWith("\n"));
}

TEST_F(AProgress, StaysWhereItIsIfTheWorkFails) {
  {
    auto bar = make(true);
    now += milliseconds{1'500};
    bar.advance(78);
  }
  EXPECT_THAT(out.str(), EndsWith("\n"));
  EXPECT_THAT(out.str(), testing::Not(HasSubstr("100 %")));
}

TEST_F(AProgress, ShowsNothingOfShortWorkOrWithoutATerminal) {
  for (const bool visible : {true, false}) {
    auto bar = make(visible);
    bar.advance(50);
    now += milliseconds{visible ? 900 : 5'000};
    bar.advance(50);
    bar.finish();
    EXPECT_EQ(out.str(), "");
  }
}

} // namespace
} // namespace standings::test
