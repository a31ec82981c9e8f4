/* proc/sandbox — the parts of sandbox_enter, each no way back. */
#ifndef PROC_SANDBOX_H
#define PROC_SANDBOX_H

#include "proc/role.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

bool sandbox_drop_capabilities(struct err *) MUST_USE;
bool sandbox_limit_paths(const struct role *, const struct conf *,
    bool *ret_weak, struct err *) MUST_USE;
/* To these, for one who has no place of the configuration. */
bool sandbox_limit_to(
    const struct inner_path *, size_t n, struct err *) MUST_USE;
bool sandbox_limit_calls(const struct role *, struct err *) MUST_USE;

#endif
