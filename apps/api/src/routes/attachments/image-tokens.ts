/**
 * How many tokens a picture is at most, whichever model reads it: what limits reserve for it, before anybody has counted.
 * What is charged is what the provider counts. The dearest of the rules below, each as documented by its owner:
 *
 * - OpenAI, tiles (https://platform.openai.com/docs/guides/images-vision): fitted into 2,048 x 2,048, the shorter side
 *   then at most 768, 170 for each tile of 512, and 85. 4o-mini's 5,667 and 2,833 are in `worstCaseOf`.
 * - OpenAI, patches (same page): patches of 32, at most 1,536, times 2.46 for nano, the largest factor.
 * - Anthropic (https://docs.claude.com/en/docs/build-with-claude/vision): width times height over 750, as they are sent.
 * - Gemini (https://ai.google.dev/gemini-api/docs/tokens): 258 for each tile of 768, or for a picture of up to 384 a side.
 * - Qwen-VL, and servers of one's own with models like it (https://github.com/QwenLM/Qwen3-VL): patches of 28, at most 16,384.
 * - Mistral (https://docs.mistral.ai/capabilities/vision): patches of 16 within 1,024 x 1,024, and one for each row.
 *
 * @param width pixels
 * @param height pixels
 * @returns at most 16,384
 */
export function imageTokens(width: number, height: number): number {
  const patches = (size: number) => Math.ceil(width / size) * Math.ceil(height / size)
  const fitted = Math.min(1, 2048 / Math.max(width, height))
  const shrunk = fitted * Math.min(1, 768 / (Math.min(width, height) * fitted))
  const tiles = Math.ceil((width * shrunk) / 512) * Math.ceil((height * shrunk) / 512)
  const small = Math.min(1, 1024 / Math.max(width, height))
  const rows = Math.ceil((height * small) / 16)
  return Math.min(
    MOST,
    Math.ceil(
      Math.max(
        85 + 170 * tiles,
        Math.min(1536, patches(32)) * 2.46,
        (width * height) / 750,
        258 * patches(768),
        patches(28),
        (Math.ceil((width * small) / 16) + 1) * rows,
      ),
    ),
  )
}

const MOST = 16_384
