#include "protocol/secrets.hpp"
#include "tests/support/table.hpp"

#include <gtest/gtest.h>

namespace jishi::protocol {

TEST(Passwords, AreVerifiedAgainstTheirHashOnly) {
    const auto hash = hash_password("correct horse battery");
    EXPECT_TRUE(verify_password(hash, "correct horse battery"));
    EXPECT_FALSE(verify_password(hash, "correct horse batterz"));
    EXPECT_FALSE(verify_password("", "correct horse battery"));
    EXPECT_FALSE(verify_password(std::string(300, 'x'), "correct horse battery"));
    EXPECT_NE(hash, hash_password("correct horse battery")) << "each hash has a salt of its own";
}

TEST(Passwords, OfAnotherCostAreHashedAgain) {
    EXPECT_FALSE(needs_rehash(hash_password("correct horse battery")));
    EXPECT_TRUE(
        needs_rehash("$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$" + std::string(43, 'A'))
    );
}

TEST(Passwords, OfNobodyCostAsMuchAsThoseOfSomebody) {
    EXPECT_FALSE(needs_rehash(nobodys_password_hash));
    EXPECT_FALSE(verify_password(nobodys_password_hash, ""));
}

TEST(Passwords, AreRefusedWhenTheyAreEasyToGuess) {
    tests::each_row<2>(
        R"(
        // password          verdict
        zhangsan-2026        weak     // the login is in it
        ZhangSan             weak
        aaaaaaaaaaaa         weak
        口口口口口口口口口口 weak
        ababababab           good
        口令口令口令口令口令 good
    )",
        [](const std::string& password, const std::string& verdict) {
            EXPECT_EQ(check_password("/password", password, "zhangsan") ? "weak" : "good", verdict);
        }
    );
}

TEST(BearerSecrets, AreLongRandomAndOfOneLook) {
    const auto secret = new_bearer_secret();
    EXPECT_TRUE(looks_like_bearer_secret(secret));
    EXPECT_NE(secret, new_bearer_secret());
    EXPECT_FALSE(looks_like_bearer_secret(secret + "A"));
    EXPECT_FALSE(looks_like_bearer_secret(secret.substr(0, 46)));
    EXPECT_FALSE(looks_like_bearer_secret("jst-" + secret.substr(4)));
    EXPECT_FALSE(looks_like_bearer_secret(secret.substr(0, 46) + "="));
}

TEST(Sha256, IsSpeltInLowerCaseHex) {
    EXPECT_EQ(
        sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
}

} // namespace jishi::protocol
