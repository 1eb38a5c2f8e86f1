const side = 8;
const step = 4;
const c1 = (0.01 * 255) ** 2;
const c2 = (0.03 * 255) ** 2;

/** Mean structural similarity of two grey pictures of one size, over 8×8 windows; 1 for equal pictures. */
export function ssim(a: Uint8Array, b: Uint8Array, width: number, height: number): number {
  let sum = 0;
  let windows = 0;
  for (let y = 0; y + side <= height; y += step) {
    for (let x = 0; x + side <= width; x += step) {
      sum += windowSsim(a, b, y * width + x, width);
      windows++;
    }
  }
  return sum / windows;
}

function windowSsim(a: Uint8Array, b: Uint8Array, corner: number, width: number): number {
  const count = side * side;
  let sumA = 0;
  let sumB = 0;
  let squareA = 0;
  let squareB = 0;
  let product = 0;
  for (let dy = 0; dy < side; dy++) {
    const from = corner + dy * width;
    for (let i = from; i < from + side; i++) {
      const va = a[i] ?? 0;
      const vb = b[i] ?? 0;
      sumA += va;
      sumB += vb;
      squareA += va * va;
      squareB += vb * vb;
      product += va * vb;
    }
  }
  const [meanA, meanB] = [sumA / count, sumB / count];
  const varianceA = squareA / count - meanA * meanA;
  const varianceB = squareB / count - meanB * meanB;
  const covariance = product / count - meanA * meanB;
  const likeness = (2 * meanA * meanB + c1) * (2 * covariance + c2);
  return likeness / ((meanA * meanA + meanB * meanB + c1) * (varianceA + varianceB + c2));
}
