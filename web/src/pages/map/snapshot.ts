import type { Frame } from "./renderer";
import { PICTURE_FRAGMENT, PICTURE_VERTEX, Program } from "./shaders";
import { type Size, type Viewport, toScreen } from "./viewport";

// So much larger than the screen, that one can move for a while before it must be taken anew.
const MARGIN = 1.5;
// Beyond this its points are too coarse or too fine to pass.
const MOST_SCALE = 1.6;

/** Where on the screen a picture of `taken` lies while `view` is looked at: left, bottom, right, top in clip space. */
export function rectangleOf(
  taken: Viewport,
  extent: Size,
  view: Viewport,
  size: Size,
  ratio: number,
): [number, number, number, number] {
  const scale = view.zoom / taken.zoom;
  const middle = toScreen(view, size, taken);
  // At the same zoom whole pixels lie on whole pixels, so that nothing blurs.
  const snapped = (value: number): number => (scale === 1 ? Math.round(value * ratio) / ratio : value);
  const left = snapped(middle.x - (extent.width * scale) / 2);
  const top = snapped(middle.y - (extent.height * scale) / 2);
  const x = (pixels: number): number => (2 * pixels) / size.width - 1;
  const y = (pixels: number): number => 1 - (2 * pixels) / size.height;
  return [x(left), y(top + extent.height * scale), x(left + extent.width * scale), y(top)];
}

/** A picture of the points with a margin around it, which stands in for them while they are moved. */
export class Snapshot {
  readonly #gl: WebGL2RenderingContext;
  readonly #program: Program;
  readonly #texture: WebGLTexture;
  readonly #target: WebGLFramebuffer;
  #taken: Frame | null = null;

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
    this.#program = new Program(gl, PICTURE_VERTEX, PICTURE_FRAGMENT);
    this.#texture = gl.createTexture();
    this.#target = gl.createFramebuffer();
    gl.bindTexture(gl.TEXTURE_2D, this.#texture);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
  }

  /** The points have changed. */
  forget(): void {
    this.#taken = null;
  }

  /** Whether the picture can stand in for this frame: it covers the screen, at about the same zoom and in its style. */
  serves(frame: Frame): boolean {
    const taken = this.#taken;
    if (!taken || taken.ratio !== frame.ratio || taken.opacity !== frame.opacity) return false;
    // Colours are made anew with the theme, so that being the same is enough.
    if (taken.colour !== frame.colour || taken.rim !== frame.rim) return false;
    const scale = frame.view.zoom / taken.view.zoom;
    if (scale > MOST_SCALE || scale < 1 / MOST_SCALE) return false;
    const [left, bottom, right, top] = rectangleOf(taken.view, taken.size, frame.view, frame.size, frame.ratio);
    return left <= -1 && bottom <= -1 && right >= 1 && top >= 1;
  }

  /** Take it anew. `draw` draws a frame into whatever is bound. */
  take(frame: Frame, draw: (whole: Frame) => void): void {
    const gl = this.#gl;
    const pixels = (length: number): number => Math.round(length * MARGIN * frame.ratio);
    const [width, height] = [pixels(frame.size.width), pixels(frame.size.height)];
    const size = { width: width / frame.ratio, height: height / frame.ratio };
    gl.bindTexture(gl.TEXTURE_2D, this.#texture);
    const before = this.#taken;
    if (!before || before.size.width !== size.width || before.size.height !== size.height || before.ratio !== frame.ratio) {
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
    }
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.#target);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, this.#texture, 0);
    gl.viewport(0, 0, width, height);
    this.#taken = { ...frame, size };
    draw(this.#taken);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  }

  show(frame: Frame): void {
    const taken = this.#taken;
    if (!taken) return;
    const gl = this.#gl;
    gl.disable(gl.BLEND);
    gl.bindTexture(gl.TEXTURE_2D, this.#texture);
    const filter = taken.view.zoom === frame.view.zoom ? gl.NEAREST : gl.LINEAR;
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, filter);
    this.#program.use();
    this.#program.set("rectangle", ...rectangleOf(taken.view, taken.size, frame.view, frame.size, frame.ratio));
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }

  dispose(): void {
    this.#gl.deleteFramebuffer(this.#target);
    this.#gl.deleteTexture(this.#texture);
    this.#program.dispose();
  }
}
