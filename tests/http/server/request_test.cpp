#include "http/server/request.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

using segments = std::vector<std::string>;

errc code_of(const result<body_framing>& r) {
  return r ? errc::none : r.error().code;
}

TEST(PathSegments, AreDecodedOneByOne) {
  EXPECT_EQ(path_segments("/").value(), segments{""});
  EXPECT_EQ(path_segments("/a/b").value(), (segments{"a", "b"}));
  EXPECT_EQ(path_segments("/a//b/").value(), (segments{"a", "", "b", ""}));
  EXPECT_EQ(path_segments("/a%2Fb/%25/%c3%a9").value(), (segments{"a/b", "%", "\xc3\xa9"}));
  EXPECT_EQ(path_segments("/a+b").value(), segments{"a+b"});
}

TEST(PathSegments, EndAtQueryAndFragment) {
  EXPECT_EQ(path_segments("/a?b=/c").value(), segments{"a"});
  EXPECT_EQ(path_segments("/a#b").value(), segments{"a"});
  EXPECT_EQ(path_segments("/a%3Fb").value(), segments{"a?b"});
}

TEST(PathSegments, RefuseBrokenEscapes) {
  for (const auto* target : {"/%", "/%4", "/%zz", "/a%4", "/%g0", "/%%41", "/a%", "/%u0041"}) {
    const auto path = path_segments(target);
    ASSERT_FALSE(path) << target;
    EXPECT_EQ(path.error().code, errc::malformed) << target;
  }
}

TEST(PathSegments, RefuseWhatIsNoPath) {
  for (const auto* target : {"", "*", "a/b", "?a=b", "http://localhost/a"})
    EXPECT_FALSE(path_segments(target)) << target;
}

class FlagParam : public testing::Test {
protected:
  static result<bool> read(const std::string& text) {
    request rq;
    rq.query.emplace_back("archived", text);
    return flag_param(rq, "archived");
  }
};

TEST_F(FlagParam, IsTrueOrFalseAndFalseWhereItIsAbsent) {
  EXPECT_TRUE(read("true").value());
  EXPECT_FALSE(read("false").value());
  EXPECT_FALSE(flag_param(request{}, "archived").value());
}

TEST_F(FlagParam, IsRefusedWithItsNameIfItIsAnythingElse) {
  for (const auto* text : {"", "1", "yes", "True", "true "}) {
    EXPECT_EQ(read(text).error().code, errc::malformed) << text;
    EXPECT_EQ(read(text).error().field, "archived") << text;
  }
}

class IntParam : public testing::Test {
protected:
  result<std::uint64_t> read(const std::string& text) {
    request rq;
    rq.query.emplace_back("limit", text);
    return int_param(rq, "limit", 1, 1'000, 10);
  }

  errc code_for(const std::string& text) {
    const auto value = read(text);
    return value ? errc::none : value.error().code;
  }
};

TEST_F(IntParam, TakesTheBoundsAndWhatIsBetween) {
  EXPECT_EQ(read("1").value(), 1U);
  EXPECT_EQ(read("500").value(), 500U);
  EXPECT_EQ(read("1000").value(), 1'000U);
}

TEST_F(IntParam, FallsBackWhereItIsAbsent) {
  EXPECT_EQ(int_param(request{}, "limit", 1, 1'000, 10).value(), 10U);
}

TEST_F(IntParam, TellsNumbersOutOfRangeFromWhatIsNoNumber) {
  for (const auto* text : {"0", "1001", "-1", "18446744073709551616", "99999999999999999999999"})
    EXPECT_EQ(code_for(text), errc::out_of_range) << text;
  for (const auto* text : {"", "abc", "1.5", "1e2", " 1", "1 ", "+1", "0x10", "-", "--1", "1a"})
    EXPECT_EQ(code_for(text), errc::malformed) << text;
}

TEST_F(IntParam, NamesTheParameterItBlames) {
  EXPECT_EQ(read("0").error().field, "limit");
  EXPECT_EQ(read("x").error().field, "limit");
}

TEST(RequestId, IsTheClientsIfItIsSound) {
  for (const auto& id : {std::string{"a"}, std::string{"A-z_0.9"}, std::string(64, 'x')})
    EXPECT_EQ(request_id_of(header_fields({{"X-Request-Id", id}})), id);
}

TEST(RequestId, IsOursWhereTheClientsIsNotSound) {
  for (const auto& id : {std::string{}, std::string(65, 'x'), std::string{"a b"},
                         std::string{"a\"b"}, std::string{"\xc3\xa9"}, std::string{"a\r\nb"}}) {
    const auto given = request_id_of(header_fields({{"X-Request-Id", id}}));
    EXPECT_NE(given, id);
    EXPECT_EQ(given.size(), 16U);
  }
}

TEST(RequestId, IsAnotherOneEachTime) {
  EXPECT_NE(request_id_of({}), request_id_of({}));
}

TEST(HasToken, FindsATokenInAnyCaseAndPlace) {
  for (const auto* line : {"close", "Close", "TE, close", "close ,TE", "\t close"}) {
    const header_fields headers{{"Connection", line}};
    EXPECT_TRUE(headers.has_token("connection", "close")) << line;
  }
  const header_fields two{{"Connection", "TE"}, {"Connection", "close"}};
  EXPECT_TRUE(two.has_token("Connection", "close"));
}

TEST(HasToken, FindsNoPartOfAToken) {
  EXPECT_FALSE(header_fields{}.has_token("Connection", "close"));
  for (const auto* line : {"", ",", "closed", "keep-alive", "not close", "clo,se"}) {
    const header_fields headers{{"Connection", line}};
    EXPECT_FALSE(headers.has_token("Connection", "close")) << line;
  }
}

TEST(Framing, FindsTheBody) {
  EXPECT_FALSE(framing_of({}, 10).value().present());
  EXPECT_FALSE(framing_of(header_fields({{"Content-Length", "0"}}), 10).value().present());
  EXPECT_TRUE(framing_of(header_fields({{"Content-Length", "10"}}), 10).value().present());
  EXPECT_TRUE(framing_of(header_fields({{"Transfer-Encoding", "chunked"}}), 10).value().present());
  EXPECT_TRUE(framing_of(header_fields({{"Transfer-Encoding", "Chunked"}}), 10).value().present());
}

TEST(Framing, RefusesLengthsThatAreNoNumbers) {
  for (const auto* length : {"abc", "-1", "+1", "1.5", "0x10", "1,1", "1 1", ""})
    EXPECT_EQ(code_of(framing_of(header_fields({{"Content-Length", length}}), 10)), errc::malformed)
        << length;
}

TEST(Framing, RefusesAmbiguousLengths) {
  const std::vector<header_fields> ambiguous{
      {{"Content-Length", "1"}, {"Content-Length", "1"}},
      {{"Content-Length", "1"}, {"Content-Length", "2"}},
      {{"Content-Length", "1"}, {"Transfer-Encoding", "chunked"}},
      {{"Transfer-Encoding", "gzip"}},
      {{"Transfer-Encoding", "gzip, chunked"}},
      {{"Transfer-Encoding", "identity"}},
      {{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}},
      {{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "identity"}},
      {{"Content-Length", "1"}, {"Transfer-Encoding", ""}},
  };
  for (const auto& headers : ambiguous)
    EXPECT_EQ(code_of(framing_of(headers, 10)), errc::malformed);
}

TEST(Framing, RefusesLengthsBeyondTheLimit) {
  for (const auto* length :
       {"11", "18446744073709551615", "18446744073709551616", "99999999999999999999999999"})
    EXPECT_EQ(code_of(framing_of(header_fields({{"Content-Length", length}}), 10)),
              errc::body_too_large)
        << length;
}

TEST(Framing, RefusesEncodedBodies) {
  for (const auto* coding : {"gzip", "br", "identity, gzip"})
    EXPECT_EQ(code_of(framing_of(
                  header_fields({{"Content-Length", "5"}, {"Content-Encoding", coding}}), 10)),
              errc::unsupported_media_type)
        << coding;
  EXPECT_EQ(code_of(framing_of(
                header_fields({{"Content-Length", "5"}, {"Content-Encoding", "identity"}}), 10)),
            errc::none);
}

} // namespace
} // namespace standings
