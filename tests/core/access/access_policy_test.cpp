#include "core/access/access_policy.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

scope_set granted(scope s) {
  scope_set out;
  out.grant(s);
  return out;
}

TEST(ScopeSet, EachScopeImpliesReading) {
  for (const auto s : {scope::read, scope::inspect, scope::write, scope::admin})
    EXPECT_TRUE(granted(s).contains(scope::read)) << name_of(s);
}

TEST(ScopeSet, AdminImpliesAll) {
  for (const auto s : {scope::read, scope::inspect, scope::write, scope::admin})
    EXPECT_TRUE(granted(scope::admin).contains(s)) << name_of(s);
}

TEST(ScopeSet, WritingDoesNotImplyInspectingNorTheReverse) {
  EXPECT_FALSE(granted(scope::write).contains(scope::inspect));
  EXPECT_FALSE(granted(scope::inspect).contains(scope::write));
  EXPECT_FALSE(granted(scope::write).contains(scope::admin));
  EXPECT_FALSE(granted(scope::read).contains(scope::write));
}

TEST(ParseDigest, TakesBothCases) {
  const std::string hex(62, '0');
  EXPECT_EQ(parse_digest(hex + "aF").value().back(), 0xAF);
  EXPECT_EQ(parse_digest(hex + "Af").value().front(), 0);
}

TEST(ParseDigest, RefusesWhatIsNone) {
  for (const auto& text : {std::string{}, std::string(63, '0'), std::string(65, '0'),
                           std::string(63, '0') + "g", std::string(63, '0') + " "})
    EXPECT_FALSE(parse_digest(text)) << text;
}

TEST(AccessPolicy, FindsATokenByItsDigest) {
  access_policy policy;
  policy.tokens.push_back({"first", token_digest{1}, {}, granted(scope::read)});
  policy.tokens.push_back({"second", token_digest{2}, {}, granted(scope::admin)});
  ASSERT_NE(policy.find(token_digest{2}), nullptr);
  EXPECT_EQ(policy.find(token_digest{2})->name, "second");
  EXPECT_EQ(policy.find(token_digest{3}), nullptr);
  EXPECT_EQ(access_policy{}.find(token_digest{}), nullptr);
}

} // namespace
} // namespace standings
