// The hot loops of a simulation step, and the elementary functions and random words that it needs.
//
// Every function computes each result element by one explicit chain of operations in a stated order, fused where it says so, so the bits do not depend
// on the instruction set, the tile shape or the optimisation level. Tables are row-major with a leading dimension that is a multiple of
// CK_LANES and rows aligned to CK_ALIGNMENT bytes; what has only a count may begin anywhere.
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

  // The same for c <= r alone, where that is all of a symmetric result that is wanted; what it leaves above the diagonal is of no use.
  void (*accumulateLower)(size_t rows, size_t stride, size_t count, const double *factor, size_t factorStride, const int32_t *index,
                          const double *source, double *target);

  // The network's two one-sided responses to every column of the table, `stride` of each: up[c] = sum_r sign[r] max(table[r][c], 0) and down[c]
  // the same of the negatives, by fused multiply-adds in order of r. sign[r] is +1 or -1.
  void (*respond)(size_t rows, size_t stride, const double *table, const double *sign, double *up, double *down);

  // gather takes what a gradient is made of, displace takes it beside the network, move goes along it. They keep the filters of a patch
  // together: gatheredStride >= rows doubles for each patch of the batch, a multiple of CK_LANES. sign[r] is +1 or -1 for each row, and 0 behind
  // them up to gatheredStride; behind the rows, `gathered` must hold finite numbers before the first gather. No patch is listed twice in a batch.

  // The listed columns, and the network's two one-sided responses to each:
  //   gathered[t][r] = table[r][index[t]];
  //   responses[2t] = sum_r sign[r] max(gathered[t][r], 0);  responses[2t + 1] = sum_r sign[r] max(-gathered[t][r], 0),
  // each summed in four lanes, r mod 4, by fused multiply-adds in order of r; the lanes are joined as (0 + 1) + (2 + 3).
  void (*gather)(size_t rows, size_t stride, const double *table, size_t count, const int32_t *index, const double *sign,
                 size_t gatheredStride, double *gathered, double *responses);

  // gathered[t][r] += factor * shift[t][r], fused, and the responses to what came of it, summed as gather does.
  void (*displace)(size_t count, const double *sign, size_t gatheredStride, double factor, const double *shift, double *gathered,
                   double *responses);

  // In place of each gathered value z, the step's coefficient of its patch in its filter: sign[r] shares[2t] where z > 0, -sign[r] shares[2t + 1]
  // where z < 0 (there the patch's negative is active), and 0 at the kink.
  void (*gate)(size_t count, const double *shares, const double *sign, size_t gatheredStride, double *gathered);

  // Gates what was gathered, and adds the coefficients to the network's, and what they move to its table. The table's first `coupled` columns, a
  // multiple of CK_LANES and the leading dimension of gram, are of patches that move each other; each one behind is of a patch that is orthogonal
  // to all others. In order of t, with the coefficients in place of gathered:
  //   total[index[t]][r] += gathered[t][r];
  //   table[r][c] += gathered[t][r] * gram[index[t]][c] for c < coupled, if index[t] < coupled,
  //   table[r][index[t]] += gathered[t][r] * squares[index[t] - coupled] otherwise,
  // fused. Products with zero may be left out, which changes the sign of a zero at most. A patch may be listed twice; `rows` is even. `open` is room for
  // gatheredStride words, aligned as tables are.
  void (*move)(size_t rows, size_t stride, size_t count, const int32_t *index, const double *shares, const double *sign, size_t gatheredStride,
               double *gathered, size_t coupled, const double *gram, const double *squares, double *total, double *table, uint64_t *open);

  // x . y by fused multiply-adds in order: four vectors of partial sums over the whole multiples of 4 CK_LANES, i mod 4 CK_LANES; the whole vectors behind
  // go to the first of them. They are joined as (0 + 1) + (2 + 3), its lanes as ((0 + 4) + (2 + 6)) + ((1 + 5) + (3 + 7)), and the sum of the rest is added.
  double (*dot)(size_t count, const double *x, const double *y);

  // y[i] += factor * x[i], each operation rounded.
  void (*add)(size_t count, double factor, const double *x, double *y);

  // z[i] = a * z[i] + b * x[i] + c * y[i], from left to right, each operation rounded.
  void (*combine)(size_t count, double a, double *z, double b, const double *x, double c, const double *y);

  // How a second moment moves in a step (MeanSquareOperator.swift), from its products with the Gram matrix, each operation rounded; all tables are
  // stride x stride, and of `full`, which is symmetric, the lower triangle is read. With u(i, j, p) = (quadratic[i] * p - stepSize * half[i][j]) * signs[j],
  // for j <= i and p = full[i][j]:
  //   image[i][j] = image[j][i] = x[i][j] + u(i, j, p) + u(j, i, p) - correlation[i][j] * p;  dual[i][j] = dual[j][i] = p.
  void (*moveMoment)(size_t stride, double stepSize, const double *quadratic, const double *signs, const double *correlation, const double *x,
                     const double *half, const double *full, double *dual, double *image);

  // result[i] = exp(x[i]): within 1 ulp; 0 below -708, +infinity above 709.
  void (*exponential)(size_t count, const double *x, double *result);

  // result[i] = log(x[i]) for positive normal x: within 1 ulp.
  void (*logarithm)(size_t count, const double *x, double *result);

  // result[i] = 1 / (1 + exp(x[i])).
  void (*sigmoid)(size_t count, const double *x, double *result);

  // result[i] = log(1 + exp(x[i])): finite for finite x, within a few ulp.
  void (*softplus)(size_t count, const double *x, double *result);

  // The derivative of log(1 + exp(-y f)) by f: result[i] = -label[i] / (1 + exp(label[i] * output[i])), the quotient first.
  void (*logisticSlope)(size_t count, const double *output, const double *label, double *result);

  // The Philox4x32-10 words x, y, z, w of the counters block, block + 1, ..., CK_LANES of them: words[4 * CK_LANES]. The words of a counter
  // are the block number's low and high half, then those of `path`; those of the key likewise.
  void (*philox)(uint64_t block, uint64_t path, uint64_t key, uint32_t *words);

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
