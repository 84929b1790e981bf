#include "http/server/router.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

using captures = std::vector<std::string>;

/// A router whose handlers return their pattern.
router routes(const std::vector<std::pair<std::string, std::string>>& patterns) {
  router out;
  for (const auto& [method, pattern] : patterns)
    out.add({method, pattern, access::anyone, body_kind::none, {}});
  return out;
}

router::match find(const router& in, const std::string& method, const std::string& path) {
  return in.find(method, path_segments(path).value());
}

std::string pattern_of(const router::match& m) {
  return m.found ? m.found->pattern : "";
}

TEST(Router, PrefersLiteralSegmentsWhateverTheOrder) {
  const std::vector<std::pair<std::string, std::string>> either{{"GET", "/a/{x}"}, {"GET", "/a/b"}};
  for (const auto& patterns : {either, {either.rbegin(), either.rend()}}) {
    const auto in = routes(patterns);
    EXPECT_EQ(pattern_of(find(in, "GET", "/a/b")), "/a/b");
    EXPECT_EQ(pattern_of(find(in, "GET", "/a/c")), "/a/{x}");
  }
}

TEST(Router, GivesTheCapturesInOrder) {
  const auto in = routes({{"GET", "/u/{id}/rank/{period}"}});
  EXPECT_EQ(find(in, "GET", "/u/ann/rank/daily").captures, (captures{"ann", "daily"}));
}

TEST(Router, LetsACaptureHoldAnEncodedSlash) {
  const auto in = routes({{"GET", "/u/{id}"}});
  EXPECT_EQ(find(in, "GET", "/u/a%2Fb").captures, (captures{"a/b"}));
  EXPECT_FALSE(find(in, "GET", "/u/a/b").found);
}

TEST(Router, CapturesNoEmptySegment) {
  const auto in = routes({{"GET", "/u/{id}"}});
  const auto match = find(in, "GET", "/u/");
  EXPECT_FALSE(match.found);
  EXPECT_EQ(match.allow, "");
}

TEST(Router, TellsTheMethodsThatAPathHas) {
  const auto in = routes({{"POST", "/a"}, {"DELETE", "/a"}, {"GET", "/b"}});
  const auto match = find(in, "PUT", "/a");
  EXPECT_FALSE(match.found);
  EXPECT_EQ(match.allow, "DELETE, OPTIONS, POST");
}

TEST(Router, TellsThatHeadGoesWhereGetDoes) {
  const auto in = routes({{"GET", "/a"}, {"POST", "/a"}});
  EXPECT_EQ(find(in, "OPTIONS", "/a").allow, "GET, HEAD, OPTIONS, POST");
}

TEST(Router, KnowsNoMethodsOfAPathThatIsNotThere) {
  const auto in = routes({{"GET", "/a"}});
  for (const auto* path : {"/", "/a/", "/a/b", "/A", "//a", "/b"}) {
    const auto match = find(in, "GET", path);
    EXPECT_FALSE(match.found) << path;
    EXPECT_EQ(match.allow, "") << path;
  }
}

TEST(Router, ServesHeadByGet) {
  const auto in = routes({{"GET", "/a"}, {"POST", "/b"}});
  EXPECT_EQ(pattern_of(find(in, "HEAD", "/a")), "/a");
  EXPECT_FALSE(find(in, "HEAD", "/b").found);
}

TEST(Router, ALiteralPathWithoutTheMethodIsNotTakenForACapture) {
  const auto in = routes({{"POST", "/a/update"}, {"GET", "/a/{x}"}});
  const auto match = find(in, "GET", "/a/update");
  EXPECT_FALSE(match.found);
  EXPECT_EQ(match.allow, "OPTIONS, POST");
  EXPECT_EQ(pattern_of(find(in, "POST", "/a/update")), "/a/update");
  EXPECT_EQ(pattern_of(find(in, "GET", "/a/updates")), "/a/{x}");
}

} // namespace
} // namespace standings
