// The hot loops of a simulation step, and the two elementary functions that they need.
//
// Every function computes each result element by one explicit chain of fused multiply-adds in a stated order, so the bits do not depend
// on the instruction set, the tile shape or the optimisation level. Tables are row-major with a leading dimension that is a multiple of
// CK_LANES and rows aligned to CK_ALIGNMENT bytes.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

#define CK_LANES 8
#define CK_ALIGNMENT 64

// The instruction sets a variant is compiled for. CK_BASELINE runs everywhere.
typedef enum { CK_BASELINE = 0, CK_AVX2 = 1, CK_AVX512 = 2 } ck_isa;

// One implementation of every kernel.
typedef struct {
  // target[r][c] += sum over t, in order, of factor[r][t] * source[index[t]][c], for r < rows and c < stride.
  void (*accumulate)(size_t rows, size_t stride, size_t count, const double *factor, size_t factorStride, const int32_t *index,
                     const double *source, double *target);

  // The network's two one-sided responses to each listed patch, and the gathered columns that they come from:
  //   gathered[r][t] = table[r][index[t]];  up[t] = sum_r sign_r max(gathered[r][t], 0);  down[t] = sum_r sign_r max(-gathered[r][t], 0),
  // with sign_r = +1 on the first half of the rows and -1 on the second. `gathered`, `up` and `down` hold gatheredStride >= count elements
  // a row; gatheredStride is a multiple of CK_LANES and the elements from `count` on are written as zero.
  void (*respond)(size_t rows, size_t stride, const double *table, size_t count, const int32_t *index, size_t gatheredStride,
                  double *gathered, double *up, double *down);

  // In place of each gathered value z, the step's coefficient of its patch in its filter: sign_r up[t] where z > 0, sign_r down[t] where
  // z < 0, and 0 at the kink. Each is also added to total[r][index[t]].
  void (*gate)(size_t rows, size_t count, const int32_t *index, size_t gatheredStride, const double *up, const double *down,
               double *gathered, size_t stride, double *total);

  // result[i] = exp(x[i]): within 1 ulp; 0 below -708, +infinity above 709.
  void (*exponential)(size_t count, const double *x, double *result);

  // result[i] = log(x[i]) for positive normal x: within 1 ulp.
  void (*logarithm)(size_t count, const double *x, double *result);

  // result[i] = 1 / (1 + exp(x[i])).
  void (*sigmoid)(size_t count, const double *x, double *result);

  // Runs `repetitions` rounds of independent fused multiply-adds held in registers and returns their sum; *operations receives the
  // number of floating-point operations done (two a multiply-add). For measuring the machine's practical peak.
  double (*peak)(size_t repetitions, double *operations);
} ck_kernels;

// The widest variant that this processor runs; the choice is made once.
const ck_kernels *ck_best(void);

// The named variant, or NULL where this processor (or this build) cannot run it.
const ck_kernels *_Nullable ck_variant(ck_isa isa);

#pragma clang assume_nonnull end

#endif
