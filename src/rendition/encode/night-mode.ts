/**
 * Night mode: dynamic range compression of all channels alike by the loudest of them, so that nothing moves from side
 * to side. Of each decibel above −40 dB full scale (RMS) a quarter is left, and all becomes 12 dB louder: what is said
 * at −27 LUFS, as films have it, stays as loud as it is, −42 LUFS come up by ten, and −9 LUFS go down by fourteen. A
 * film with a loudness range of 20 LU has half of it left (EBU R 128; measured in `night-mode.test.ts`).
 *
 * It follows the sound with time constants of 10 ms up and 200 ms down (FFmpeg's `attack` and `release` are four times
 * that): slow enough to leave syllables alone, and fast enough that a word after a blast is understood.
 */
export const nightFilter = [
  "acompressor=threshold=0.01:ratio=4:makeup=4:knee=2.82843",
  "attack=40:release=800:detection=rms:link=maximum",
].join(":");

/**
 * After so long two runs of it do the same, whatever they heard before. What it keeps is one number, the power followed,
 * of which two differ less by e^(−1/200 ms) at least with every sample of the same sound. The loudest sum of channels
 * is a power of 10, and compression begins at 3.5e-5: after twenty time constants that makes less than a step of 16 bits.
 */
export const nightSettleSeconds = 4;
