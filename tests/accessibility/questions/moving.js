// Animations and transitions that run.
() =>
  document.getAnimations().map((one) => {
    const what = one.animationName ?? one.transitionProperty ?? "something";
    return `${what} of ${one.effect.target.outerHTML.slice(0, 60)}`;
  });
