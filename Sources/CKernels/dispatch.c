#include "CKernels.h"

extern const ck_kernels ck_baseline;
#if defined(__x86_64__)
extern const ck_kernels ck_avx2, ck_avx512;
#endif

const ck_kernels *ck_variant(ck_isa isa) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (isa == CK_AVX512) return __builtin_cpu_supports("x86-64-v4") ? &ck_avx512 : NULL;
  if (isa == CK_AVX2) return __builtin_cpu_supports("x86-64-v3") ? &ck_avx2 : NULL;
#else
  if (isa != CK_BASELINE) return NULL;
#endif
  return &ck_baseline;
}

const ck_kernels *ck_best(void) {
  for (int isa = CK_AVX512; isa > CK_BASELINE; isa--) {
    const ck_kernels *kernels = ck_variant((ck_isa)isa);
    if (kernels) return kernels;
  }
  return &ck_baseline;
}
