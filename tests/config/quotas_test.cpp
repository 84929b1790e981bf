#include "config/byte_sizes.hpp"
#include "config/loader.hpp"
#include "config/quotas.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace standings {
namespace {

TEST(Quotas, AreWrittenAsTenantsWithNumbers) {
  const auto parsed =
      parse_quotas("default.leaderboards=10, acme.users=5,acme.updates_per_second=7");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->of("acme"), (tenant_quota{10, 5, 7}));
  EXPECT_EQ(format_quotas(*parsed),
            "acme.users=5,acme.updates_per_second=7,default.leaderboards=10");
  EXPECT_EQ(parse_quotas(format_quotas(*parsed)).value(), *parsed);
  EXPECT_TRUE(parse_quotas("").value().by_tenant.empty());
}

TEST(Quotas, AreRefusedWithWhatIsWrong) {
  const auto why = [](const char* text) {
    const auto parsed = parse_quotas(text);
    return parsed ? std::string{} : parsed.error().detail;
  };
  EXPECT_NE(why("Acme.users=5").find("is not a tenant"), std::string::npos);
  EXPECT_NE(why("acme.eu.users=5").find("the quota of 'acme' has"), std::string::npos);
  EXPECT_NE(why("acme.members=5").find("the quota of 'acme' has"), std::string::npos);
  EXPECT_NE(why("acme=5").find("the quota of 'acme' has"), std::string::npos);
  EXPECT_NE(why("acme.users=many").find("acme.users"), std::string::npos);
  EXPECT_NE(why("acme.users=-1").find("acme.users"), std::string::npos);
  EXPECT_NE(why("acme.users").find("acme.users"), std::string::npos);
  EXPECT_NE(why("acme.updates_per_second=1000001").find("0 to 1000000"), std::string::npos);
  EXPECT_NE(why("acme.users=1,acme.users=2").find("twice"), std::string::npos);
}

TEST(Quotas, AreASectionOfSectionsInAFile) {
  test::temp_dir dir;
  const auto load_text = [&](const std::string& text) {
    std::ofstream{dir / "standings.yaml"} << text;
    return load({.file = dir / "standings.yaml", .environment = {}, .overrides = {}});
  };
  const auto read = load_text("leaderboards:\n  quotas:\n    default: {leaderboards: 10}\n"
                              "    acme:\n      users: 5\n");
  EXPECT_EQ(read.problems, std::vector<std::string>{});
  EXPECT_EQ(read.value.leaderboards.quotas.of("acme"), (tenant_quota{10, 5, 0}));
  const auto wrong = load_text("leaderboards:\n  quotas:\n    acme: {users: [1]}\n");
  ASSERT_EQ(wrong.problems.size(), 1U);
  EXPECT_NE(wrong.problems[0].find("acme.users"), std::string::npos);
  EXPECT_EQ(load_text("leaderboards:\n  quotas:\n    acme: {}\n").problems.size(), 1U);
}

TEST(ByteSizes, AreWholeNumbersWithAUnit) {
  EXPECT_EQ(parse_byte_size("0").value().bytes, 0U);
  EXPECT_EQ(parse_byte_size("1000").value().bytes, 1'000U);
  EXPECT_EQ(parse_byte_size("64KiB").value().bytes, 65'536U);
  EXPECT_EQ(parse_byte_size("2GiB").value().bytes, std::uint64_t{2} << 30U);
  for (const auto* wrong : {"", "MiB", "5 MiB", "-1", "1.5GiB", "5MB", "99999999999TiB"})
    EXPECT_FALSE(parse_byte_size(wrong)) << wrong;
  EXPECT_EQ(format_byte_size({0}), "0");
  EXPECT_EQ(format_byte_size({1'500}), "1500");
  EXPECT_EQ(format_byte_size({512U << 20U}), "512MiB");
}

} // namespace
} // namespace standings
