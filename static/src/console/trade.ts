/** The trade's words for the codes that the API speaks. */
import { t } from '../shared/i18n'

export const answerWord = (value: string) => t(`answer.${value}`)
export const schemeWord = (value: string) => t(`scheme.${value}`)
export const severityWord = (value: string) => t(`severity.${value}`)
export const stateWord = (value: string) => t(`hazard.${value}`)
export const shotWord = (value: string) => t(`shot.${value}`)
export const categoryWord = (value: string) => t(`category.${value}`)
export const partyWord = (value: string) => t(`party.${value}`)
export const reasonWord = (value: string) => t(`verdict.reason.${value}`)
