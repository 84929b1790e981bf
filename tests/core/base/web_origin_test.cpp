#include "core/base/web_origin.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

TEST(WebOrigin, IsWhatBrowsersSend) {
  for (const auto* text :
       {"https://a.example", "http://localhost:3000", "http://127.0.0.1:8000", "https://[::1]:8443",
        "http://[fd00::1]", "https://xn--bcher-kva.example", "https://a.example:80",
        "capacitor://localhost", "chrome-extension://abcdefgh"})
    EXPECT_TRUE(is_web_origin(text)) << text;
}

TEST(WebOrigin, IsNothingThatNoBrowserSends) {
  for (const auto* text : {"",
                           "*",
                           "null",
                           "a.example",
                           "//a.example",
                           "https://",
                           "https:///",
                           "https://a.example/",
                           "https://a.example/path",
                           "https://A.example",
                           "HTTPS://a.example",
                           "https://a.example:443",
                           "http://a.example:80",
                           "https://a.example:",
                           "https://a.example:0",
                           "https://a.example:08",
                           "https://a.example:65536",
                           "https://a.example:x",
                           "https://*.example",
                           "https://a@b.example",
                           "https://a b.example",
                           "https://a..example",
                           "https://.example",
                           "https://::1",
                           "https://[::1",
                           "https://[a]",
                           "https://[FD00::1]",
                           "https://[::1]x",
                           " https://a.example",
                           "https://a.example\r\nX-A: b",
                           "1s://a.example"})
    EXPECT_FALSE(is_web_origin(text)) << text;
}

TEST(HostName, IsANameOrAnAddressAlone) {
  for (const auto* text : {"localhost", "a.example", "10.0.0.1", "fd00::1"})
    EXPECT_TRUE(is_host_name(text)) << text;
  for (const auto* text : {"", "a:80", "[::1]", "A.example", "a/b", "-a", "a b"})
    EXPECT_FALSE(is_host_name(text)) << text;
}

} // namespace
} // namespace standings
