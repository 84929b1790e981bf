#include "core/limits/client_address.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

using texts = std::vector<std::string_view>;

struct case_of_client {
  const char* what;
  const char* peer;
  texts x_forwarded_for;
  texts forwarded;
  const char* client;
};

std::string client_of(const case_of_client& c) {
  static const trusted_proxies trusted{
      std::vector<std::string>{"127.0.0.1", "10.0.0.0/8", "::1", "2001:db8:aa::/48"}};
  return client_address(*ip_address::parse(c.peer), {c.x_forwarded_for, c.forwarded}, trusted)
      .text();
}

void expect_all(const std::vector<case_of_client>& cases) {
  for (const auto& c : cases)
    EXPECT_EQ(client_of(c), c.client) << c.what;
}

TEST(ClientAddress, IsThePeersUnlessATrustedProxyForwards) {
  expect_all({
      {"nothing forwarded", "203.0.113.1", {}, {}, "203.0.113.1"},
      {"a stranger who claims", "203.0.113.1", {"198.51.100.7"}, {}, "203.0.113.1"},
      {"a stranger who claims more", "203.0.113.1", {}, {"for=198.51.100.7"}, "203.0.113.1"},
      {"a stranger who claims loopback", "203.0.113.1", {"127.0.0.1"}, {}, "203.0.113.1"},
      {"a mapped stranger", "::ffff:203.0.113.1", {"198.51.100.7"}, {}, "203.0.113.1"},
      {"next to a trusted network", "11.0.0.1", {"198.51.100.7"}, {}, "11.0.0.1"},
      {"a proxy's own request", "10.1.2.3", {}, {}, "10.1.2.3"},
      {"an empty field", "10.1.2.3", {""}, {}, "10.1.2.3"},
      {"commas alone", "10.1.2.3", {" , ,"}, {}, "10.1.2.3"},
  });
}

TEST(ClientAddress, IsTheLastOneThatIsNoProxy) {
  expect_all({
      {"one proxy", "10.1.2.3", {"198.51.100.7"}, {}, "198.51.100.7"},
      {"a mapped proxy", "::ffff:10.1.2.3", {"198.51.100.7"}, {}, "198.51.100.7"},
      {"IPv6 all the way", "::1", {"2001:db8::7"}, {}, "2001:db8::7"},
      {"two proxies", "127.0.0.1", {"198.51.100.7, 10.9.9.9"}, {}, "198.51.100.7"},
      {"two proxies, two fields", "127.0.0.1", {"198.51.100.7", "10.9.9.9"}, {}, "198.51.100.7"},
      {"invented before", "127.0.0.1", {"1.1.1.1, 127.0.0.1, 198.51.100.7"}, {}, "198.51.100.7"},
      {"invented in a field of its own",
       "127.0.0.1",
       {"1.1.1.1", "198.51.100.7"},
       {},
       "198.51.100.7"},
      {"a proxy's own client", "127.0.0.1", {"10.0.0.5, 10.0.0.4"}, {}, "10.0.0.5"},
      {"an IPv6 network",
       "2001:db8:aa:1::9",
       {"2001:db8:ab::1, 2001:db8:aa::1"},
       {},
       "2001:db8:ab::1"},
      {"blanks and empty entries",
       "127.0.0.1",
       {" 198.51.100.7 ,, 10.0.0.1 , "},
       {},
       "198.51.100.7"},
  });
}

TEST(ClientAddress, IsReadInAllFormsThatProxiesWrite) {
  expect_all({
      {"a port", "10.1.2.3", {"198.51.100.7:4711"}, {}, "198.51.100.7"},
      {"brackets", "10.1.2.3", {"[2001:db8::7]"}, {}, "2001:db8::7"},
      {"brackets and a port", "10.1.2.3", {"[2001:db8::7]:4711"}, {}, "2001:db8::7"},
      {"mapped", "10.1.2.3", {"::ffff:198.51.100.7"}, {}, "198.51.100.7"},
      {"long IPv6", "10.1.2.3", {"2001:0DB8:0000:0000:0000:0000:0000:0007"}, {}, "2001:db8::7"},
      {"Forwarded", "10.1.2.3", {}, {"for=198.51.100.7;proto=https;by=10.1.2.3"}, "198.51.100.7"},
      {"its names in capitals", "10.1.2.3", {}, {"Proto=http; FOR=198.51.100.7"}, "198.51.100.7"},
      {"quoted", "10.1.2.3", {}, {"for=\"198.51.100.7:4711\""}, "198.51.100.7"},
      {"quoted IPv6", "10.1.2.3", {}, {"for=\"[2001:db8::7]:4711\";host=a"}, "2001:db8::7"},
      {"several elements",
       "10.1.2.3",
       {},
       {"for=1.1.1.1, for=198.51.100.7, for=10.0.0.1"},
       "198.51.100.7"},
      {"X-Forwarded-For precedes", "10.1.2.3", {"198.51.100.7"}, {"for=1.1.1.1"}, "198.51.100.7"},
  });
}

TEST(ClientAddress, EndsAtAnEntryThatIsNone) {
  expect_all({
      {"garbage", "10.1.2.3", {"198.51.100.7, garbage"}, {}, "10.1.2.3"},
      {"garbage behind a proxy", "10.1.2.3", {"1.1.1.1, unknown, 10.0.0.9"}, {}, "10.0.0.9"},
      {"a hidden one", "10.1.2.3", {}, {"for=1.1.1.1, for=_hidden"}, "10.1.2.3"},
      {"an element without for", "10.1.2.3", {}, {"for=1.1.1.1, proto=http"}, "10.1.2.3"},
      {"a quoted host",
       "10.1.2.3",
       {},
       {"for=198.51.100.7;host=\"a, for=1.1.1.1;b\""},
       "198.51.100.7"},
      {"octal", "10.1.2.3", {"0198.51.100.7"}, {}, "10.1.2.3"},
      {"three numbers", "10.1.2.3", {"198.51.100"}, {}, "10.1.2.3"},
      {"a network", "10.1.2.3", {"198.51.100.0/24"}, {}, "10.1.2.3"},
      {"IPv4 in brackets", "10.1.2.3", {"[198.51.100.7]"}, {}, "10.1.2.3"},
      {"no end of brackets", "10.1.2.3", {"[2001:db8::7"}, {}, "10.1.2.3"},
      {"a bad port", "10.1.2.3", {"198.51.100.7:123456"}, {}, "10.1.2.3"},
      {"a zone", "10.1.2.3", {"fe80::1%eth0"}, {}, "10.1.2.3"},
  });
}

TEST(ClientAddress, IsNotHiddenByQuotesThatAClientInvents) {
  expect_all({
      {"an open quote", "10.1.2.3", {"\", 198.51.100.7"}, {}, "198.51.100.7"},
      {"a quote in a word", "10.1.2.3", {"x\", 198.51.100.7"}, {}, "198.51.100.7"},
      {"an escaped quote", "10.1.2.3", {"\"\\\", 198.51.100.7"}, {}, "198.51.100.7"},
      {"a quote in a field of its own", "10.1.2.3", {"\"", "198.51.100.7"}, {}, "198.51.100.7"},
      {"quotes around what is appended later",
       "10.1.2.3",
       {"\"1.1.1.1", "198.51.100.7, 10.0.0.1"},
       {},
       "198.51.100.7"},
      {"Forwarded", "10.1.2.3", {}, {"for=\"1.1.1.1, for=198.51.100.7"}, "198.51.100.7"},
      {"another pair", "10.1.2.3", {}, {"for=a;x=\", for=198.51.100.7"}, "198.51.100.7"},
      {"before a quoted one",
       "10.1.2.3",
       {},
       {"for=\", for=\"[2001:db8::7]:4711\""},
       "2001:db8::7"},
      {"an escape before a quoted one",
       "10.1.2.3",
       {},
       {"for=\"\\, for=\"198.51.100.7\";host=\"a\\\", b\""},
       "198.51.100.7"},
  });
}

TEST(ClientAddress, FollowsABoundedNumberOfProxies) {
  std::string list = "198.51.100.7";
  for (int i = 0; i < 31; ++i)
    list += ",10.0.0.1";
  EXPECT_EQ(client_of({"", "10.1.2.3", {list}, {}, ""}), "198.51.100.7");
  EXPECT_EQ(client_of({"", "10.1.2.3", {list + ",10.0.0.1"}, {}, ""}), "10.0.0.1");
}

TEST(IpNetwork, HoldsWhatBeginsWithItsBits) {
  const auto holds = [](const char* network, const char* address) {
    return ip_network::parse(network)->contains(*ip_address::parse(address));
  };
  EXPECT_TRUE(holds("10.0.0.0/8", "10.255.0.1"));
  EXPECT_FALSE(holds("10.0.0.0/8", "11.0.0.1"));
  EXPECT_TRUE(holds("192.0.2.128/25", "192.0.2.200"));
  EXPECT_FALSE(holds("192.0.2.128/25", "192.0.2.100"));
  EXPECT_TRUE(holds("0.0.0.0/0", "203.0.113.1"));
  EXPECT_FALSE(holds("0.0.0.0/0", "2001:db8::1"));
  EXPECT_TRUE(holds("::/0", "203.0.113.1"));
  EXPECT_TRUE(holds("::ffff:10.0.0.0/104", "10.1.1.1"));
  EXPECT_TRUE(holds("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(holds("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_FALSE(holds("192.0.2.1", "192.0.2.2"));
}

TEST(IpNetwork, IsRefusedUnlessItIsOne) {
  for (const auto* text :
       {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8 ", " 10.0.0.0/8", "::/129",
        "localhost", "10.0.0", "10.0.0.0/8/8", "[::1]", "10.0.0.0/+8", "*"})
    EXPECT_FALSE(ip_network::parse(text)) << text;
}

} // namespace
} // namespace standings
